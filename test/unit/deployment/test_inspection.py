import json

from support.policies import exported, metadata_for

from ballbot_fusion.core.spec import DEPLOYED_KEYS, SEED_KEYS
from ballbot_fusion.deployment import inspection
from ballbot_fusion.deployment.runtime import PolicyRuntime


def test_observation_table() -> None:
    statistics = {"vel": {"mean": [0.1, 0.2, 0.0], "std": [1.0, 1.0, 0.0], "min": [], "max": []}}
    metadata = metadata_for(DEPLOYED_KEYS, statistics=statistics)
    rows = inspection.observation(PolicyRuntime(exported(DEPLOYED_KEYS), metadata, ""))
    assert [row["key"] for row in rows] == list(DEPLOYED_KEYS)
    assert [row["features"] for row in rows] == [
        "0:3", "3:6", "6:9", "9:12", "12:15", "15:35", "35:55", "55:58", "58:60", "60:62",
    ]  # fmt: skip
    vel, actions = rows[2], rows[4]
    assert (vel["unit"], vel["frame"], vel["stale_ms"]) == ("m/s", "heading", 40.0)
    assert (vel["mean"], vel["std"]) == ([0.1, 0.2, 0.0], [1.0, 1.0, 0.0])
    assert actions["stale_ms"] is None
    assert actions["mean"] is None


def test_contract_can_be_written_as_json() -> None:
    metadata = metadata_for(SEED_KEYS, provenance={"revision": "abc"})
    found = inspection.contract(PolicyRuntime(exported(SEED_KEYS), metadata, "f" * 64))
    found = json.loads(json.dumps(found))
    assert found["sha256"] == "f" * 64
    assert found["fused_features"] == 55
    assert found["observation_names"] == list(SEED_KEYS)
    assert found["provenance"] == {"revision": "abc"}
    assert not {"modalities", "statistics"} & set(found)
