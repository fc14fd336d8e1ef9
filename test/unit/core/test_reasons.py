from ballbot_fusion.core.reasons import Reason

NUMBERS = {
    "OK": 0, "NEVER_RECEIVED": 1, "SILENT": 2, "STALE_STAMP": 3, "FUTURE_STAMP": 4,
    "STAMP_NOT_ADVANCING": 5, "FROZEN": 6, "NON_FINITE": 7, "WRONG_SHAPE": 8, "WRONG_ENCODING": 9,
    "WRONG_FRAME": 10, "WRONG_NAMES": 11, "OUT_OF_RANGE": 12, "ALL_INVALID": 13, "NOT_UNIT": 14,
    "RECOVERING": 15,
    "NO_INTRINSICS": 16,
}  # fmt: skip


def test_numbers_are_those_of_old_traces():
    assert {reason.name: reason.value for reason in Reason} == NUMBERS


def test_every_reason_has_words_of_its_own():
    texts = [reason.text for reason in Reason]
    assert all(texts)
    assert len(set(texts)) == len(Reason)
