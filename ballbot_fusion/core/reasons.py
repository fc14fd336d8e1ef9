"""Why a modality is masked or a sample is not trusted, in codes for traces and words for people."""

from enum import IntEnum


class Reason(IntEnum):
    """OK, or the cause. The numbers are part of the trace format: never renumber."""

    OK = 0
    NEVER_RECEIVED = 1
    SILENT = 2
    STALE_STAMP = 3
    FUTURE_STAMP = 4
    STAMP_NOT_ADVANCING = 5
    FROZEN = 6
    NON_FINITE = 7
    WRONG_SHAPE = 8
    WRONG_ENCODING = 9
    WRONG_FRAME = 10
    WRONG_NAMES = 11
    OUT_OF_RANGE = 12
    ALL_INVALID = 13
    NOT_UNIT = 14
    RECOVERING = 15
    NO_INTRINSICS = 16

    @property
    def text(self) -> str:
        """The cause in words, for diagnostics."""
        return _TEXTS[self]


_TEXTS = {
    Reason.OK: "trusted",
    Reason.NEVER_RECEIVED: "nothing was ever received",
    Reason.SILENT: "no sample arrived lately",
    Reason.STALE_STAMP: "samples arrive, their stamps are too old",
    Reason.FUTURE_STAMP: "the stamp lies in the future",
    Reason.STAMP_NOT_ADVANCING: "the stamp did not move forward",
    Reason.FROZEN: "the content does not change",
    Reason.NON_FINITE: "a value is not finite",
    Reason.WRONG_SHAPE: "the number of values is not the declared one",
    Reason.WRONG_ENCODING: "the image encoding is not the declared one",
    Reason.WRONG_FRAME: "the frame is not the declared one",
    Reason.WRONG_NAMES: "a wheel joint is missing",
    Reason.OUT_OF_RANGE: "a value lies outside what the sensor can give",
    Reason.ALL_INVALID: "the image has no valid depth, or is black all over",
    Reason.NOT_UNIT: "a quaternion or embedding has no unit length",
    Reason.RECOVERING: "trusted again only after more good samples",
    Reason.NO_INTRINSICS: "no camera_info that fits the image has come",
}
