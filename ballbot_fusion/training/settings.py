"""What a training run is made of: one YAML file in config/train/."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import NotNegative, Positive, Share
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.spec import DEPLOYED_KEYS, INSTRUCTION, MODALITIES
from ballbot_fusion.simulation.randomisation import RandomisationSettings
from ballbot_fusion.simulation.teacher.teacher import TeacherSettings
from ballbot_fusion.simulation.terrain import COURSES, TRAINING
from ballbot_fusion.training.outages import OutageSettings
from ballbot_fusion.training.ppo.settings import PpoSettings
from ballbot_fusion.training.pretraining.settings import PretrainingSettings

Count = Annotated[int, Field(gt=0)]


def _known(keys: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [key for key in keys if key not in MODALITIES]
    if unknown:
        raise ValueError(f"unknown modalities {unknown}; known are {list(MODALITIES)}")
    return keys


Keys = Annotated[tuple[str, ...], AfterValidator(_known)]
"""Modalities in order; see core/spec.py."""


class RolloutSettings(Settings):
    """How episodes are driven."""

    episode_s: Positive = 12.0
    """Length of an episode, s."""
    terrains: tuple[str, ...] = ("flat", "rough")
    """Terrains, taken in turn; those held out are refused."""
    max_tilt_deg: NotNegative = 6.0
    """Largest initial tilt, degrees."""
    errand_share: Share = 0.0
    """Share of episodes on terrains with a course in which an operator drives to its goal."""
    roaming_share: Share = 0.5
    """Share of the other episodes in which an operator drives from place to place; in the rest,
    commands are drawn at random."""
    standing_share: Share = 0.4
    """Share of command spans in which the robot is asked to stand."""
    command_span_s: Positive = 3.0
    """Mean time between changes of the command, s."""
    randomised_share: Share = 0.0
    """Share of episodes with a robot that differs from the robot file; see ``randomisation``."""
    push_n: NotNegative = 30.0
    """Largest push, N for 0.1 s."""
    open_push_n: NotNegative | None = None
    """The same on ground without hazards; None: as anywhere."""
    push_every_s: Positive = 4.0
    """Mean time between pushes, s."""
    action_noise: NotNegative = 0.15
    """Standard deviation of the torque while the teacher drives, share of the largest."""
    keep_every: Count = 3
    """Every how many ticks a sample is kept."""

    @field_validator("terrains")
    @classmethod
    def _trainable(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name not in TRAINING]
        if unknown or not names:
            raise ValueError(
                f"cannot train on {unknown or 'no terrain'}; choose from {', '.join(TRAINING)}"
            )
        return names


class StillSettings(Settings):
    """Ticks without a drive, before the hazards of the roll-outs' courses; see stills.py."""

    courses: Count = 400
    """How many courses they are taken on, in the first round."""
    per_course: Count = 30
    plain_share: Share = 0.2
    """Share that is kept of those in which the way is free."""


class DaggerSettings(Settings):
    """Rounds of roll-out by the student, labelled by the teacher (Ross et al., AISTATS 2011)."""

    rounds: Count = 8
    episodes_per_round: Count = 16
    teacher_rounds: Count = 1
    """Rounds that the teacher drives."""
    mixed_share: Share = 0.2
    """Share of later episodes that the teacher still drives, with noise."""


class FitSettings(Settings):
    """How the network is fitted to the labels."""

    steps_per_round: Count = 400
    final_steps: Count = 4000
    """Steps of the last round, in which the learning rate decays to zero (cosine)."""
    batch: Count = 512
    image_rows: Count = 64
    """Samples of a batch whose cameras are used; the others learn to do without."""
    telling_share: Share = 0.0
    """Share of those that are, where there are so many, samples in which sight matters most."""
    sequence: Count = 16
    """Kept ticks of a sequence, through which errors of recurrent policies go back; a batch has as
    many sequences as fit into it."""
    carried: Count = 8
    """Sequences through which a recurrent policy remembers before it begins anew elsewhere."""
    image_dropout: Share = 0.1
    """Share of those in which a camera is hidden, for each camera."""
    vector_dropout: Share = 0.02
    """Share of samples in which another modality is hidden, for each modality."""
    mirrored_share: Share = 0.0
    """Share of samples that are reflected left for right; the robot must be symmetrical."""
    retold: bool = False
    """Whether each sample is told what it was told in another, random phrasing."""
    intent_weight: NotNegative = 0.3
    """Weight of the error of the intended velocity, beside that of the action."""
    error_knee: Positive = 0.05
    """Smaller errors count squared, larger ones linearly: robots that fall would drown out those
    that stand, and a standing one must be right to a hundredth, or it creeps."""
    learning_rate: Positive = 1e-3
    weight_decay: NotNegative = 1e-5
    warmup_steps: Count = 100
    gradient_clip: Positive = 1.0
    """Largest gradient norm."""
    mixed_precision: bool = False
    """Encode images in bfloat16, which takes two thirds of the time where the processor has units
    for it (AMX); weights, and all that follows, stay float32."""


class TrainSettings(Settings):
    """One training run from nothing to a checkpoint."""

    name: str
    algorithm: Literal["dagger", "ppo"] = "dagger"
    """Who trains: ``dagger`` (the teacher's labels) or ``ppo`` (a reward)."""
    architecture: str = "concat"
    """Name in policies/table.py."""
    policy: dict[str, Any] = Field(default_factory=dict)
    """Settings of the architecture."""
    keys: Keys = DEPLOYED_KEYS
    """Modalities in order; see core/spec.py."""
    seed: Annotated[int, Field(ge=0)] = 0
    rate_hz: Count = 200
    """Control rate, Hz."""
    workers: Count = 2
    """Processes that roll out episodes."""
    limits: CommandLimits = CommandLimits()
    teacher: TeacherSettings = TeacherSettings()
    rollout: RolloutSettings = RolloutSettings()
    randomisation: RandomisationSettings = RandomisationSettings()
    outages: OutageSettings | None = OutageSettings()
    """Of sensors in roll-outs; None: they always work."""
    stills: StillSettings | None = None
    """Taken beside the roll-outs of the first round; None: none."""
    dagger: DaggerSettings = DaggerSettings()
    fit: FitSettings = FitSettings()
    pretraining: PretrainingSettings | None = None
    """Of the camera encoders, before DAgger's first fit; None: they are trained from scratch."""
    ppo: PpoSettings = PpoSettings()

    @property
    def steps(self) -> int:
        """Steps of DAgger's fits, all rounds together."""
        return sum(self.steps_of_round(number) for number in range(self.dagger.rounds))

    def is_last_round(self, number: int) -> bool:
        """Whether DAgger ends with round ``number``, from 0."""
        return number == self.dagger.rounds - 1

    def steps_of_round(self, number: int) -> int:
        """Steps of the fit in DAgger's round ``number``, from 0."""
        return self.fit.final_steps if self.is_last_round(number) else self.fit.steps_per_round

    @model_validator(mode="after")
    def _courses(self) -> "TrainSettings":
        """Stills are taken before the hazards of courses."""
        if self.stills is not None and not self.still_courses:
            raise ValueError(
                f"stills need a course among rollout.terrains, found {self.rollout.terrains}; "
                f"add one of {', '.join(n for n in COURSES if n in TRAINING)}; or set stills null"
            )
        return self

    @model_validator(mode="after")
    def _told(self) -> "TrainSettings":
        """Only what was told can be told in other words."""
        if self.fit.retold and INSTRUCTION not in self.keys:
            raise ValueError(
                f"fit.retold needs the modality {INSTRUCTION!r}, found {self.keys}: add it to "
                "keys, or set fit.retold to false"
            )
        return self

    @property
    def still_courses(self) -> tuple[str, ...]:
        """Courses that stills are taken on, in turn: those of the roll-outs."""
        return tuple(name for name in self.rollout.terrains if name in COURSES)

    @property
    def rounds(self) -> int:
        """Rounds of the whole run; a checkpoint is written after each."""
        return self.ppo.rounds if self.algorithm == "ppo" else self.dagger.rounds

    def parts(self, number: int) -> int:
        """Count the files of a round: one an episode; in the first also one a course of stills."""
        stills = self.stills.courses if self.stills is not None and number == 0 else 0
        return self.dagger.episodes_per_round + stills
