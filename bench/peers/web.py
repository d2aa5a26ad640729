"""The function of bench/models/sum.py behind FastAPI and uvicorn: python3 web.py PORT"""

import sys

try:
    import uvicorn
    from fastapi import FastAPI, Request
except ImportError as error:
    sys.stderr.write(f'{error.name} is not installed (npm run bench:setup)\n')
    sys.exit(69)

app = FastAPI()
total = 0


@app.post('/score')
async def score(request: Request):
    global total
    total += await request.json()
    return total


uvicorn.run(app, host='127.0.0.1', port=int(sys.argv[1]), log_level='error')
