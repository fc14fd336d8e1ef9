"""Lines on the screen, in the form of the real launch."""


def line(text: str) -> None:
    """One line, at once: whoever reads a pipe sees it when it happens."""
    print(text, flush=True)


def info(name: str, text: str) -> None:
    """What happens."""
    line(f"[INFO] [{name}]: {text}")


def warning(name: str, text: str) -> None:
    """What may not be meant."""
    line(f"[WARNING] [{name}]: {text}")


def error(name: str, text: str) -> None:
    """What went wrong."""
    line(f"[ERROR] [{name}]: {text}")
