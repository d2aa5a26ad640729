"""
Calls every public member of the SDK of FastScore 1.10 against the server named on the command line. Prints a line of
JSON for each: {"call": ..., "error": null or what went wrong}. Which members there are is asked from the SDK itself.
"""
import inspect
import json
import os
import sys
import time
import traceback

import fastscore
from fastscore import attachment, model, pneumo, schema, sensor, snapshot, stream
from fastscore.errors import FastScoreError
from fastscore.suite import Connect
from fastscore.suite import connect as connect_module
from fastscore.suite import engine, instance, model_manage

PREFIX, ARCHIVE = sys.argv[1:]

MODULES = [connect_module, instance, model_manage, engine, model, snapshot, attachment, schema, stream, sensor, pneumo]
ITEM_METHODS = ("__iter__", "__getitem__", "__setitem__", "__delitem__")

GAIN = "def action(x):\n    yield 3 * x\n"
TALLY = """# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
"""
NOISY = """import sys

def begin():
    print("one")

def action(x):
    yield 6 // x
"""


def members_of(owner, prefix):
    """Yields (name, code) of what a class of the SDK offers itself."""
    for name, member in vars(owner).items():
        if inspect.isclass(member):
            yield from members_of(member, prefix + "." + name)
        elif name.startswith("_") and name not in ITEM_METHODS:
            continue
        elif isinstance(member, property):
            yield prefix + "." + name, member.fget.__code__
            if member.fset:
                yield prefix + "." + name + " =", member.fset.__code__
        elif callable(getattr(member, "__func__", member)):
            yield prefix + "." + name, getattr(member, "__func__", member).__code__


def public_members():
    for module in MODULES:
        for name, member in vars(module).items():
            if inspect.isclass(member) and member.__module__ == module.__name__:
                yield from members_of(member, name)


MEMBERS = dict(public_members())
NAMES = {code: name for name, code in MEMBERS.items()}
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def equal(seen, expected):
    if seen != expected:
        raise AssertionError("{!r} instead of {!r}".format(seen, expected))


def refused(call, beginning):
    try:
        call()
    except FastScoreError as error:
        if not str(error).startswith(beginning):
            raise AssertionError("{} instead of {}".format(error, beginning))
    else:
        raise AssertionError("not refused")


def wait_for(condition):
    limit = time.monotonic() + 30
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError("still not, after 30 seconds")
        time.sleep(0.02)


connect = Connect(PREFIX)


def mm():
    return connect.lookup("model-manage")


def eng():
    found = connect.lookup("engine")
    found.clear()
    return found


def ready(name, source, first="rest:", second="rest:"):
    """An engine that runs a model."""
    model.Model(name, "python3", source).update(mm())
    found = eng()
    found.reset()
    mm().models[name].deploy(found)
    stream.Stream.expand(first).attach(found, 0)
    stream.Stream.expand(second).attach(found, 1)
    return found


def output_of(found, slot=1):
    while True:
        data = found.output(slot)
        if data is not None:
            return data


@check
def fleet():
    equal([(x.name, x.api, x.health) for x in connect.fleet()],
          [("engine-1", "engine", "ok"), ("model-manage-1", "model-manage", "ok")])
    health = connect.check_health()
    assert health.id and health.release and health.built_on
    for each in (connect, mm(), eng()):
        assert each.get_swagger()["swagger"] == "2.0"


@check
def instances():
    equal(connect.get("engine-1").name, "engine-1")
    equal(connect.get("connect"), connect)
    refused(lambda: connect.get("engine-9"), "Error: Instance 'engine-9' not found")
    connect.prefer("engine", "engine-1")
    equal(connect.lookup("engine").api, "engine")
    refused(lambda: connect.lookup("composer"), "Error: No instances of service 'composer' configured")
    equal(connect.target, None)
    connect.target = connect.get("engine-1")
    equal(connect.target.name, "engine-1")
    equal(Connect.make_instance("engine", "engine-1").name, "engine-1")


@check
def saved_connection():
    connect.dump("saved")
    loaded = Connect.load("saved")
    equal(loaded.target.name, "engine-1")
    equal(len(loaded.fleet()), 2)


@check
def configuration():
    equal(connect.get_config(), None)
    equal(connect.configure({"fastscore": {"db": {"type": "mysql", "port": 3306}}}), False)
    equal(connect.configure({"fastscore": {"db": {"type": "mysql", "port": 3306}}}), True)
    equal(connect.get_config()["fastscore"]["db"]["port"], 3306)
    equal(connect.get_config("db"), {"type": "mysql", "port": 3306})
    refused(lambda: connect.configure("x"), "Error: Configuration must be a dictionary")


@check
def secrets():
    # Sent, and of no use to a server that asks nobody.
    other = Connect(PREFIX)
    other.set_basic_auth_secret("Basic YTpi")
    equal(len(other.fleet()), 2)
    other.set_oauth_secret("token")
    equal(len(other.fleet()), 2)
    other.set_session_cookie("a=b")
    equal(len(other.fleet()), 2)
    other.set_ldap_secret("sid")
    equal(len(other.fleet()), 2)


@check
def login():
    Connect(PREFIX).ldap_login("ann", "pw")


@check
def models():
    bag = mm().models
    made = model.Model("gain", "python3", GAIN)
    equal(made.update(mm()), False)
    equal(made.update(), True)
    made.saved()
    equal(mm().save_model(made), True)
    equal(bag.names(), ["gain"])
    equal([x.to_dict() for x in bag], [{"name": "gain", "mtype": "python3"}])
    listed = list(bag)[0]
    equal((listed.name, listed.mtype), ("gain", "python3"))
    got = bag["gain"]
    equal((got.name, got.mtype, got.source), ("gain", "python3", GAIN))
    got.name, got.mtype, got.source = "copy", "python", GAIN + "# more\n"
    equal(got.update(), False)
    equal(bag["copy"].source, GAIN + "# more\n")
    del bag["copy"]
    refused(lambda: bag["copy"], "Error: Model 'copy' not found")
    refused(lambda: bag.__delitem__("copy"), "Error: Model 'copy' not found")
    refused(lambda: bag.__setitem__("copy", got), "Error: Model assignment not allowed")


@check
def model_types():
    for mtype in ("pfa-json", "pfa-yaml", "pfa-pretty", "h2o-java", "python", "R", "java", "c", "octave", "jupyter", "sas"):
        source = '{"input": "int"}' if mtype == "pfa-json" else "x = 1\n"
        model.Model("typed", mtype, source).update(mm())
        got = mm().models["typed"]
        equal((got.mtype.lower(), got.source), (mtype.lower(), source))
    del mm().models["typed"]


@check
def attachments():
    model.Model("gain", "python3", GAIN).update(mm())
    gain = mm().models["gain"]
    equal(gain.list_attachments(), [])
    made = attachment.Attachment("a.zip", datafile=ARCHIVE)
    size = os.path.getsize(ARCHIVE)
    equal((made.name, made.atype, made.datasize, made.datafile), ("a.zip", "zip", size, ARCHIVE))
    made.upload(gain)
    made.atype = "zip"
    made.datafile = ARCHIVE
    gain.save_attachment(made)
    equal(gain.attachments.names(), ["a.zip"])
    equal([(x.name, x.atype, x.datasize) for x in gain.attachments], [("a.zip", "zip", size)])
    equal(gain.get_attachment("a.zip"), ("zip", size))
    got = gain.attachments["a.zip"]
    with open(got.datafile, "rb") as copy, open(ARCHIVE, "rb") as original:
        equal(copy.read(), original.read())
    equal(gain.download_attachment("a.zip"), "a.zip")
    del gain.attachments["a.zip"]
    refused(lambda: gain.remove_attachment("a.zip"), "Error: Cannot remove attachment 'a.zip'")


@check
def schemas():
    bag = mm().schemas
    equal(mm().schemata, bag)
    made = schema.Schema("amps", "int")
    equal(made.update(mm()), False)
    equal(mm().save_schema(made), True)
    made.source = {"type": "array", "items": "int"}
    equal(made.update(), True)
    got = bag["amps"]
    equal((got.name, got.source), ("amps", {"type": "array", "items": "int"}))
    equal(bag.names(), ["amps"])
    equal([x.name for x in bag], ["amps"])
    inferred = schema.Schema.infer("seen", [{"a": 1}, {"a": 2}], model_manage=mm())
    equal(inferred.update(), False)
    equal(mm().schemas["seen"].source["type"], "record")
    del bag["seen"]
    refused(lambda: bag["seen"], "Error: Schema 'seen' not found")
    refused(lambda: bag.__setitem__("x", got), "Error: Schema assignment not allowed")


@check
def verification():
    found = eng()
    sid = schema.Schema("amps", "int").verify(found)
    found.verify_data(sid, 0)
    found.verify_data(sid, 7)
    refused(lambda: found.verify_data(sid, "x"), 'Error: Int expected, not "x"')
    found.unverify_schema(sid)
    refused(lambda: found.unverify_schema(sid), "Error: Unable to unload a verification schema")
    sid = found.verify_schema(schema.Schema("many", {"type": "array", "items": "int"}))
    found.verify_data(sid, [])
    found.verify_data(sid, [1])
    refused(lambda: found.verify_data(sid, None), "Error: ")
    refused(lambda: found.verify_schema(schema.Schema("bad", {"type": "flaot"})), "Error: ")


@check
def streams():
    bag = mm().streams
    made = stream.Stream("in", {"Transport": "REST", "Encoding": "json"})
    equal(made.update(mm()), False)
    equal(mm().save_stream(made), True)
    made.desc = {"Transport": {"Type": "inline", "Data": ["1", "2"]}, "Encoding": "json"}
    equal(made.update(), True)
    equal((bag["in"].name, bag["in"].desc), ("in", made.desc))
    equal(bag.names(), ["in"])
    equal([x.name for x in bag], ["in"])
    refused(lambda: bag.__setitem__("x", made), "Error: Stream assignment not allowed")
    sampled = stream.Stream.expand("inline:2,3,5").sample(eng(), 2)
    equal(sampled, ["Mg==", "Mw=="])
    equal(eng().sample_stream(bag["in"], None), ["MQ==", "Mg=="])
    del bag["in"]
    refused(lambda: bag["in"], "Error: Stream 'in' not found")


@check
def attaching():
    found = eng()
    found.reset()
    inline = stream.Stream.expand("inline:1,2")
    described = inline.attach(found, 0, dry_run=True)
    equal(described["transport"]["type"].lower(), "inline")
    equal(found.active_streams, {})
    inline.attach(found, 0)
    found.attach_stream(stream.Stream.expand("discard:"), 1)
    found.clear()
    equal(sorted(found.active_streams), [0, 1])
    active = found.active_streams[0]
    equal((active.slot, active.name, active.eof), (0, inline.name, False))
    active.detach()
    found.detach_stream(1)
    found.clear()
    equal(found.active_streams, {})
    refused(lambda: found.detach_stream(1), "Error: Unable to detach stream")


@check
def throughput():
    # The client calls a method that its engines do not have.
    try:
        stream.Stream.expand("inline:1").rate(eng())
    except AttributeError:
        return
    raise AssertionError("the client has the method now")


@check
def running():
    found = ready("gain", GAIN)
    equal(found.state, "RUNNING")
    active = found.active_model
    equal((active.name, active.mtype, active.source, active.snapshots), ("gain", "python3", GAIN, "none"))
    equal([(x.slot, x.recordsets) for x in active.slots], [(0, False), (1, False)])
    assert len(active.jets) == 1 and active.jets[0].sandbox.isdigit()
    found.input("5", 0)
    equal(output_of(found), b"15")
    equal(found.output(1), None)
    found.scale(2)
    wait_for(lambda: len(found.active_model.jets) == 2)
    found.scale(0)
    wait_for(lambda: len(found.active_model.jets) == 0)
    found.scale(1)
    found.pause()
    equal(found.state, "PAUSED")
    found.unpause()
    equal(found.state, "RUNNING")
    refused(lambda: found.unload_model(), "Error: Unable to unload model")
    found.reset()
    equal((found.state, found.active_model), ("INIT", None))


@check
def loading():
    found = eng()
    found.reset()
    refused(found.unload_model, "Error: Model not loaded")
    made = model.Model("gain", "python3", "# fastscore.schema.0: amps2\n" + GAIN, mm())
    made.update()
    refused(lambda: found.load_model(made), "Error: Unable to load model 'gain'")
    info = found.load_model(made, embedded_schemas={"amps2": '"int"'}, dry_run=True)
    equal((info.slots[0].slot, info.snapshots, info.install_libs, info.warn_libs, info.attach_libs),
          (0, "none", [], [], []))
    equal(found.active_model, None)
    found.load_model(made, embedded_schemas={"amps2": '"int"'})
    equal(found.active_model.name, "gain")
    found.active_model.unload()
    equal(found.active_model, None)


@check
def loading_with_attachment():
    found = eng()
    found.reset()
    made = model.Model("weighed", "python3", "W = int(open('weights.txt').read())\n\ndef action(x):\n    yield W * x\n", mm())
    made.update()
    attachment.Attachment("weights.zip", datafile=ARCHIVE).upload(made)
    made.deploy(found)
    stream.Stream.expand("rest:").attach(found, 0)
    stream.Stream.expand("rest:").attach(found, 1)
    found.input("2", 0)
    equal(output_of(found), b"10")
    equal(found.active_model.attachments, ["weights.zip"])


@check
def round_trip():
    found = ready("gain", GAIN)
    equal(found.roundtrip("7"), b"21")
    equal(found.roundtrip("8", input_slot=0, output_slot=1, timeout=10), b"24")
    refused(lambda: found.roundtrip("8", output_slot=3), "Error: ")


@check
def end_of_stream():
    found = ready("gain", GAIN, "inline:1")
    equal(output_of(found), b"3")
    try:
        while found.output(1) is None:
            pass
    except EOFError:
        pass
    wait_for(lambda: found.state == "FINISHED")


@check
def snapshots():
    found = ready("tally", TALLY, "inline:4,6,9", "discard:")
    tally = mm().models["tally"]
    wait_for(lambda: len(tally.list_snapshots(None, None, None)) == 1)
    [taken] = tally.snapshots.browse(count=1)
    equal(sorted(taken.to_dict()), ["created_on", "id", "size", "stype"])
    assert taken.size > 0 and taken.stype and taken.created_on.endswith("Z")
    equal(tally.snapshots[taken.id[:6]].id, taken.id)
    equal(tally.get_snapshot(taken.id)["size"], taken.size)
    with open(tally.download_snapshot(taken.id)) as contents:
        blob = contents.read()
    found.reset()
    taken.restore(found)
    found.reset()
    found.restore_state(blob)
    tally.deploy(found)
    stream.Stream.expand("rest:").attach(found, 0)
    stream.Stream.expand("rest:").attach(found, 1)
    equal(found.roundtrip("1"), b"20")
    refused(lambda: found.restore_state("nonsense"), "Error: Unable to restore model state")
    del tally.snapshots[taken.id]
    refused(lambda: tally.remove_snapshot(taken.id), "Error: Cannot remove snapshot")


@check
def policies():
    found = eng()
    found.policy.set("import", "python3", "numpy: install\n")
    equal(found.policy.get("import", "python3"), "numpy: install\n")
    refused(lambda: found.policy.set("export", "python3", "x"), "Error: Only 'import' policy")
    refused(lambda: found.policy.get("import", "octave"), "Error: Model type 'octave' not recognized")


@check
def stored_sensors():
    bag = mm().sensors
    made = sensor.Sensor("mem", {"Tap": "sys.memory"})
    equal(made.update(mm()), False)
    equal(mm().save_sensor(made), True)
    made.desc = {"Tap": "sys.memory", "Report": {"Interval": 1.0}}
    equal(made.update(), True)
    equal((bag["mem"].name, bag["mem"].desc), ("mem", made.desc))
    equal(bag.names(), ["mem"])
    equal([x.name for x in bag], ["mem"])
    refused(lambda: bag.__setitem__("x", made), "Error: Sensor assignment not allowed")
    del bag["mem"]
    refused(lambda: bag["mem"], "Error: Sensor 'mem' not found")


@check
def active_sensors():
    for each in (eng(), mm(), connect):
        assert "sys.memory" in each.tapping_points
        before = sorted(each.active_sensors)
        tap = sensor.Sensor.prep("sys.memory").install(each)
        other = each.install_sensor(sensor.Sensor("cpu", {"Tap": "sys.cpu.utilization"}))
        equal(sorted(each.active_sensors), before + [tap, other])
        equal(each.active_sensors[tap].tap, "sys.memory")
        each.active_sensors[tap].uninstall()
        each.uninstall_sensor(other)
        equal(sorted(each.active_sensors), before)
        refused(lambda: each.uninstall_sensor(tap), "Error: Unable to uninstall sensor")
    refused(lambda: eng().install_sensor(sensor.Sensor("x", {"Tap": "sys.nothing"})), "Error: Unable to install sensor")


@check
def reports():
    tap = sensor.Sensor.prep("sys.memory", interval=0.2).install(eng())
    socket = connect.pneumo.socket(src="engine-1", type="sensor-report", timeout=20)
    while True:
        report = socket.recv()
        if report.sid == tap:
            break
    equal((report.src, report.point), ("engine-1", "sys.memory"))
    assert report.data > 1e6 and report.delta_time > 0 and report.timestamp
    socket.close()
    eng().active_sensors[tap].uninstall()


@check
def messages():
    socket = connect.pneumo.socket(timeout=20)
    seen = []
    found = ready("noisy", NOISY)
    found.input("0", 0)
    while not (seen and isinstance(seen[-1], pneumo.ModelErrorMsg)):
        seen.append(socket.recv())
    socket.close()
    error = seen[-1]
    equal((error.input.slot, error.input.seqno, error.input.data, error.input.batch_len, error.input.encoding),
          (0, 1, ["0"], 1, "json"))
    assert "ZeroDivisionError" in error.console
    states = [x.state for x in seen if isinstance(x, pneumo.EngineStateMsg)]
    assert "running" in states, states
    changes = [(x.item, x.op) for x in seen if isinstance(x, pneumo.EngineConfigMsg)]
    for change in (("model", "load"), ("stream", "attach"), ("jet", "start")):
        assert change in changes, changes
    refs = [x.ref for x in seen if isinstance(x, pneumo.EngineConfigMsg) and x.item == "stream"]
    assert 0 in refs and 1 in refs, refs
    assert any("one" in x.text for x in seen if isinstance(x, pneumo.ModelConsoleMsg))
    assert all(str(x) and x.src == "engine-1" for x in seen)
    found.reset()


@check
def history():
    past = connect.pneumo.history()
    raw = connect.pneumo.history(asjson=True)
    assert 0 < len(past) <= 60 and len(raw) >= len(past)
    assert all(str(x) for x in past)
    equal([x.src for x in past], [x["src"] for x in raw][:len(past)])


@check
def health_messages():
    # Logs and health come when they come; how the client takes them is seen here.
    health = pneumo.PneumoSock.makemsg(
        {"src": "connect", "timestamp": "2019-08-02T11:15:40Z", "type": "health", "instance": "engine-1", "health": "ok"})
    equal((health.instance, health.health), ("engine-1", "ok"))
    log = pneumo.PneumoSock.makemsg(
        {"src": "engine-1", "timestamp": "2019-08-02T11:15:40Z", "type": "log", "level": 64, "text": "hello"})
    equal((log.level, log.text), (64, "hello"))


@check
def types():
    # The client declares it without an instance to ask.
    try:
        model.Model("gain").TYPES
    except TypeError:
        return {"Model.TYPES"}
    raise AssertionError("the client can tell its types now")


def run(function):
    """Runs a check; tells which members it has called, what went wrong, and in which member."""
    called = set()
    also = None
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
    try:
        also = function()
        error = culprit = None
    except Exception as failure:
        frames = traceback.extract_tb(failure.__traceback__)
        error = "{}: `{}`: {}: {}".format(function.__name__, frames[1].line, type(failure).__name__, failure)
        codes = [frame.f_code for frame, _ in traceback.walk_tb(failure.__traceback__)]
        culprit = next((NAMES[code] for code in codes if code in NAMES), None)
    finally:
        sys.setprofile(None)
    return {NAMES[code] for code in called if code in NAMES} | (also or set()), error, culprit


def main():
    errors, ran = {}, set()
    for function in CHECKS:
        mine, error, culprit = run(function)
        if error is not None:
            # Where the reply was wrong and no member failed, those that this check alone has called are to blame.
            for name in {culprit} if culprit else mine - ran or mine:
                errors.setdefault(name, error)
        ran |= mine
    for name in MEMBERS:
        error = errors.get(name) if name in ran else "not called: the checks that would do it failed before"
        print(json.dumps({"call": name, "error": error}))


main()
