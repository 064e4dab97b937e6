"""Every setting of the sandbox exchange, typed, read once from the environment."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.sandbox.errors import StartupError


class SandboxSettings(BaseSettings):
    """The settings of one sandbox process; in the environment each is named SANDBOX_ and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_", env_ignore_empty=True, extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(5002, ge=0, le=65535)
    candles: str = ""
    seed: int = 1
    state_dir: Path = Path("var/sandbox")


def load_settings() -> SandboxSettings:
    """Read the environment. Raises StartupError naming each setting that cannot be used."""
    try:
        return SandboxSettings()
    except ValidationError as error:
        problems = [
            f"SANDBOX_{str(problem['loc'][0]).upper()} is {problem['input']!r}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        ]
        raise StartupError("; ".join(problems) + ". Correct it in the environment.") from None
