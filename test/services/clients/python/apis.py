"""
Calls every method of the clients that were generated from the API of FastScore 1.10 (`fastscore.v1`, `fastscore.v2`),
which the SDK is made of and scripts use too. Prints a line of JSON for each: {"call": ..., "error": null or what went
wrong}. Which methods there are is asked from the clients themselves.
"""
import inspect
import json
import sys
import time

import urllib3

from fastscore import v1, v2

PREFIX, ARCHIVE = sys.argv[1:]

urllib3.disable_warnings()
for configuration in (v1.configuration, v2.configuration):
    configuration.host = PREFIX + "/api/1/service"
    configuration.verify_ssl = False

CONNECT, MM, ENGINE = "connect", "model-manage-1", "engine-1"
PYTHON3 = "application/vnd.fastscore.model-python3"
POLICY = "application/vnd.fastscore.import-policy-python3"
GAIN = "def action(x):\n    yield 3 * x\n"
TALLY = """# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
"""
REST = {"Transport": "REST", "Encoding": "json"}
INLINE = {"Transport": {"Type": "inline", "Data": ["1", "2", "3"]}, "Encoding": "json"}

CLASSES = [("v1", v1.ConnectApi), ("v1", v1.ModelManageApi), ("v1", v1.EngineApi), ("v1", v1.LoginApi),
           ("v2", v2.ConnectApi), ("v2", v2.ModelManageApi), ("v2", v2.EngineApi)]
METHODS = ["{}.{}.{}".format(version, owner.__name__, name)
           for version, owner in CLASSES
           for name, _ in inspect.getmembers(owner, inspect.isfunction)
           if not name.startswith("_") and not name.endswith("_with_http_info")]


class Watch(object):
    """A client that remembers what is called of it, and what became of that."""

    def __init__(self, version, owner):
        self.prefix = "{}.{}.".format(version, owner.__name__)
        # The login is beside the services.
        self.client = owner(v1.ApiClient(host=PREFIX)) if owner is v1.LoginApi else owner()

    def __getattr__(self, name):
        method, call = getattr(self.client, name), self.prefix + name
        if not callable(method):
            return method

        def watched(*args, **kwargs):
            CALLED.add(call)
            CURRENT.append(call)
            return method(*args, **kwargs)
        return watched


CALLED, CURRENT, ERRORS = set(), [], {}
(CONNECT1, MM1, ENGINE1, LOGIN1, CONNECT2, MM2, ENGINE2) = [Watch(*each) for each in CLASSES]


def equal(seen, expected):
    if seen != expected:
        raise AssertionError("{!r} instead of {!r}".format(seen, expected))


def refused(status, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except (v1.rest.ApiException, v2.rest.ApiException) as error:
        equal(error.status, status)
    else:
        raise AssertionError("not refused")


def wait_for(condition):
    limit = time.monotonic() + 30
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError("still not, after 30 seconds")
        time.sleep(0.02)


def sensors_of(client1, client2, instance):
    def check():
        assert "sys.memory" in client1.active_sensor_available(instance)
        tap = client1.active_sensor_attach(instance, {"Tap": "sys.memory"}).id
        assert (tap, "sys.memory", True) in [(x.id, x.tap, x.active) for x in client1.active_sensor_list(instance)]
        described = client1.active_sensor_describe(instance, tap)
        equal((described.id, described.tap, described.permanent), (tap, "sys.memory", True))
        client1.active_sensor_detach(instance, tap)
        refused(404, client1.active_sensor_detach, instance, tap)
        assert "sys.memory" in client2.active_sensor_points(instance)
        tap = client2.active_sensor_install(instance, {"Tap": "sys.cpu.utilization"}).id
        assert (tap, "sys.cpu.utilization") in [(x.id, x.tap) for x in client2.active_sensor_list(instance)]
        client2.active_sensor_uninstall(instance, tap)
        refused(404, client2.active_sensor_uninstall, instance, tap)
    return check


def health_of(client, instance):
    def check():
        health = client.health_get(instance)
        assert health.id and health.release and health.built_on
        equal(client.swagger_get(instance, accept="application/json")["swagger"], "2.0")
    return check


def connecting():
    equal([(x.name, x.api, x.health) for x in CONNECT1.connect_get(CONNECT)],
          [("engine-1", "engine", "ok"), ("model-manage-1", "model-manage", "ok")])
    [found] = CONNECT1.connect_get(CONNECT, api="engine", name=ENGINE, health="ok")
    assert isinstance(found.port, int) and found.host and found.id and found.release and found.built_on
    [short] = CONNECT1.connect_get(CONNECT, name=ENGINE, _return="name,api")
    equal((short.name, short.host), (ENGINE, None))
    refused(404, CONNECT1.config_get, CONNECT)
    _, status, _ = CONNECT1.config_put_with_http_info(CONNECT, config={"fastscore": {"db": {"port": 1}}},
                                                      content_type="application/json")
    equal(status, 201)
    _, status, _ = CONNECT1.client.config_put_with_http_info(CONNECT, config={"fastscore": {"db": {"port": 1}}},
                                                             content_type="application/json")
    equal(status, 204)
    CONNECT1.config_put(CONNECT, config={"fastscore": {"db": {"port": 1}}}, content_type="application/json")
    equal(CONNECT1.config_get(CONNECT), {"fastscore": {"db": {"port": 1}}})
    assert len(CONNECT2.pneumo_get(CONNECT)) > 0


def login():
    LOGIN1.login_post("ann", "pw")


def models():
    _, status, _ = MM1.client.model_put_with_http_info(MM, "gain", GAIN, content_type=PYTHON3)
    equal(status, 201)
    MM1.model_put(MM, "gain", GAIN, content_type=PYTHON3)
    equal(MM1.model_list(MM), ["gain"])
    equal(MM1.model_list(MM, _return="type"), [{"name": "gain", "type": "python3"}])
    equal(MM1.model_get(MM, "gain"), GAIN)
    refused(403, MM1.model_list, MM, _return="size")
    refused(404, MM1.model_get, MM, "nobody")


def attachments():
    with open(ARCHIVE, "rb") as archive:
        content = archive.read()
    equal(MM1.attachment_list(MM, "gain"), [])
    MM1.attachment_put(MM, "gain", "a.zip", content, "application/zip")
    equal(MM1.attachment_list(MM, "gain"), ["a.zip"])
    MM1.attachment_head(MM, "gain", "a.zip")
    _, _, headers = MM1.client.attachment_head_with_http_info(MM, "gain", "a.zip")
    equal((headers["content-type"], int(headers["content-length"])), ("application/zip", len(content)))
    equal(MM1.attachment_get(MM, "gain", "a.zip"), content)
    MM1.attachment_delete(MM, "gain", "a.zip")
    refused(404, MM1.attachment_delete, MM, "gain", "a.zip")
    refused(403, MM1.attachment_list, MM, "nobody")


def documents(kind, put, value):
    def check():
        method = lambda verb: getattr(MM1, "{}_{}".format(kind, verb))
        equal(method("list")(MM), [])
        method("put")(MM, "x", value)
        equal(method("list")(MM), ["x"])
        equal(method("get")(MM, "x"), value)
        method("delete")(MM, "x")
        refused(404, method("get"), MM, "x")
        refused(404, method("delete"), MM, "x")
    check.__name__ = kind + "s"
    return check


def load(source, name="m", **kwargs):
    return ENGINE1.model_load(ENGINE, source, content_type=PYTHON3,
                              content_disposition='x-model; name="{}"'.format(name), **kwargs)


def loading():
    info = load(GAIN, dry_run=True)
    equal([(x.slot, x.recordsets) for x in info.slots], [(0, False), (1, False)])
    equal((info.install_libs, info.warn_libs, info.attach_libs, info.snapshots), ([], [], [], "none"))
    load(GAIN, dry_run=False)
    ENGINE1.model_unload(ENGINE)
    refused(400, load, "def action(:\n", dry_run=True)


def running():
    ENGINE2.engine_reset(ENGINE)
    equal(ENGINE2.engine_state_get(ENGINE).state, "init")
    load(GAIN, dry_run=False)
    ENGINE1.input_stream_set(ENGINE, REST)
    ENGINE1.output_stream_set(ENGINE, REST)
    wait_for(lambda: ENGINE2.engine_state_get(ENGINE).state == "running")
    ENGINE1.stream_attach(ENGINE, "1", REST)
    ENGINE1.job_io_input(ENGINE, "7", 0)
    seen = []
    wait_for(lambda: seen.append(ENGINE1.job_io_output(ENGINE, 1)) or seen[-1] is not None)
    assert "21" in str(seen[-1]), seen[-1]
    ENGINE1.job_io_input0(ENGINE)
    status = ENGINE1.job_status(ENGINE)
    equal((status.state, status.snapshots, status.model.name, status.model.type), ("running", "none", "m", "python3"))
    equal([(x.slot, x.stream.eof) for x in status.slots], [(0, False), (1, False)])
    equal([(bool(x.pid), x.sandbox.isdigit(), x.busy) for x in status.jets], [(True, True, False)])
    equal(ENGINE1.job_status(ENGINE, _return="state").model, None)
    ENGINE1.job_io_output1(ENGINE)
    ENGINE1.job_scale(ENGINE, 2)
    refused(403, ENGINE1.job_scale, ENGINE, "many")
    usage = ENGINE1.job_sample_cpu(ENGINE, duration=0.1)
    assert usage.duration > 0 and usage.user_time >= 0 and usage.op_times is not None and len(usage.jets) > 0
    active = ENGINE2.active_model_get(ENGINE)
    equal((active.name, active.mtype, active.source, active.attachments), ("m", "python3", GAIN, []))
    ENGINE2.active_model_scale(ENGINE, 1)
    ENGINE2.engine_pause(ENGINE)
    ENGINE2.engine_unpause(ENGINE)
    refused(400, ENGINE2.active_model_delete, ENGINE)
    ENGINE1.job_delete(ENGINE)
    equal(ENGINE2.engine_state_get(ENGINE).state, "init")
    load(GAIN)
    ENGINE2.active_model_delete(ENGINE)
    refused(404, ENGINE2.active_model_get, ENGINE)


def streams_of_the_engine():
    ENGINE2.engine_reset(ENGINE)
    described = ENGINE2.active_stream_attach(ENGINE, INLINE, 0, dry_run=True)
    assert "inline" in str(described).lower()
    equal(ENGINE2.active_stream_list(ENGINE), [])
    ENGINE2.active_stream_attach(ENGINE, INLINE, 0, dry_run=False, content_disposition='x-stream; name="s"')
    equal([(x.slot, x.name, x.eof) for x in ENGINE2.active_stream_list(ENGINE)], [(0, "s", False)])
    ENGINE2.active_stream_detach(ENGINE, 0)
    refused(404, ENGINE2.active_stream_detach, ENGINE, 0)
    equal(ENGINE1.stream_sample(ENGINE, INLINE, n=2), ["MQ==", "Mg=="])
    [rate] = ENGINE1.stream_rate(ENGINE, INLINE)
    assert isinstance(rate.rps, float) and isinstance(rate.mbps, float)


def verification():
    sid = ENGINE2.active_schema_verify(ENGINE, "int").id
    ENGINE2.active_schema_verify_data(ENGINE, sid, {"data": 7})
    refused(400, ENGINE2.active_schema_verify_data, ENGINE, sid, {"data": "x"})
    ENGINE2.active_schema_unverify(ENGINE, sid)
    refused(404, ENGINE2.active_schema_unverify, ENGINE, sid)


def policies():
    ENGINE1.policy_put(ENGINE, "numpy: warn\n", preinstall=False, content_type=POLICY)
    equal(ENGINE1.policy_get(ENGINE, accept=POLICY), "numpy: warn\n")
    ENGINE1.policy_put(ENGINE, "json: install\n", preinstall=True, content_type=POLICY)
    assert isinstance(ENGINE1.scoop_debug_output(ENGINE), list)


def snapshots():
    ENGINE2.engine_reset(ENGINE)
    MM1.model_put(MM, "tally", TALLY, content_type=PYTHON3)
    equal(MM1.snapshot_list(MM, "tally"), [])
    load(TALLY, "tally")
    ENGINE1.input_stream_set(ENGINE, INLINE)
    ENGINE1.output_stream_set(ENGINE, {"Transport": "discard"})
    wait_for(lambda: len(MM1.snapshot_list(MM, "tally")) == 1)
    [taken] = MM1.snapshot_list(MM, "tally", count=1, date_range="2018-01-01T00:00:00+00:00--")
    equal(sorted(taken), ["created_on", "id", "size", "type"])
    metadata = MM1.snapshot_get_metadata(MM, "tally", taken["id"][:6])
    equal(metadata["id"], taken["id"])
    with open(MM1.snapshot_get_contents(MM, "tally", taken["id"])) as contents:
        blob = contents.read()
    assert taken["id"] in str(MM1.snapshot_get(MM, "tally", taken["id"]))
    refused(404, MM1.snapshot_get_metadata, MM, "tally", "zzzzzzzz")
    ENGINE2.engine_reset(ENGINE)
    ENGINE1.job_state_restore(ENGINE, blob)
    refused(403, ENGINE1.job_state_restore, ENGINE, "nonsense")
    # The client sends nothing: it has no way to say what the contents are.
    refused(0, MM1.snapshot_put, MM, "tally", "abcd1234")
    MM1.snapshot_delete(MM, "tally", taken["id"])
    refused(404, MM1.snapshot_delete, MM, "tally", taken["id"])
    MM1.model_delete(MM, "tally")
    refused(404, MM1.model_delete, MM, "tally")


CHECKS = [
    *[health_of(client, instance) for client, instance in ((CONNECT1, CONNECT), (MM1, MM), (ENGINE1, ENGINE))],
    *[sensors_of(*each) for each in ((CONNECT1, CONNECT2, CONNECT), (MM1, MM2, MM), (ENGINE1, ENGINE2, ENGINE))],
    connecting, login, models, attachments,
    documents("schema", "source", {"type": "array", "items": "int"}),
    documents("stream", "desc", REST),
    documents("sensor", "desc", {"Tap": "sys.memory"}),
    loading, running, streams_of_the_engine, verification, policies, snapshots,
]


def main():
    for check in CHECKS:
        try:
            check()
        except Exception as failure:
            where = failure.__traceback__
            while where.tb_next is not None and where.tb_next.tb_frame.f_code.co_filename == __file__:
                where = where.tb_next
            ERRORS.setdefault(CURRENT[-1], "{} (line {}): {}: {}".format(
                check.__name__, where.tb_lineno, type(failure).__name__, failure))
    for call in METHODS:
        error = ERRORS.get(call) if call in CALLED else "not called: the checks that would do it failed before"
        print(json.dumps({"call": call, "error": error}))


main()
