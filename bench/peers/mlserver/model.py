"""The function of bench/models/sum.py as a runtime of MLServer."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Sum(MLModel):
    async def load(self) -> bool:
        self.total = 0
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        self.total += int(payload.inputs[0].data[0])
        output = NumpyCodec.encode_output('total', __import__('numpy').array([self.total]))
        return InferenceResponse(model_name=self.name, outputs=[output])
