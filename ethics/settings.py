"""Every setting, read once from the environment (`REILU_…`) and the secrets file. A weak secret stops the start."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ethics.language import Refused

ROOT: Final = Path(__file__).resolve().parent.parent
SECRETS_FILE: Final = "secrets.env"
#: The secrets of an installation, and what each protects.
SECRETS: Final = {
    "pseudonym_key": "turns employee numbers into pseudonyms",
    "audit_key": "chains the audit trail",
    "cookie_secret": "signs Streamlit's own cookies",
    "receipt_pepper": "turns the receipts of anonymous flags into what is stored of them",
}
SECRET_LENGTH: Final = 32


class BadSettings(Refused):
    """Reilu does not start like this; the sentence says what to set."""


class Settings(BaseSettings):
    """The settings of one installation. `home` holds the SQLite file and the secrets file.

    `address` is how people reach Reilu (https://…), for links in notices; without `smtp_host` no notice is sent.
    `absence_months`, `shift_months`: how long sick leave and shifts of people are kept.
    """

    model_config = SettingsConfigDict(env_prefix="REILU_", extra="ignore")

    home: Path = ROOT / ".reilu"
    database_url: str = ""
    pseudonym_key: SecretStr = Field(min_length=SECRET_LENGTH)
    audit_key: SecretStr = Field(min_length=SECRET_LENGTH)
    cookie_secret: SecretStr = Field(min_length=SECRET_LENGTH)
    receipt_pepper: SecretStr = Field(min_length=SECRET_LENGTH)
    secure_cookie: bool = False
    idle_minutes: int = Field(default=30, ge=1, le=30)
    session_hours: int = Field(default=12, ge=1, le=12)
    absence_months: int = Field(default=24, ge=6, le=60)
    shift_months: int = Field(default=60, ge=6, le=120)
    max_upload_mb: int = Field(default=200, ge=1, le=2000)
    address: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""

    @field_validator("pseudonym_key", "audit_key", "cookie_secret", "receipt_pepper")
    @classmethod
    def strong(cls, value: SecretStr) -> SecretStr:
        """A secret that somebody typed for fun ("aaaa…", "changeme…") is no secret."""
        if len(set(value.get_secret_value())) < 10:
            raise ValueError("too few different characters")
        return value

    @field_validator("shift_months")
    @classmethod
    def longer(cls, value: int, info: ValidationInfo) -> int:
        """Sick leave without the shifts around it says nothing."""
        if value < info.data.get("absence_months", 0):
            raise ValueError("shifts are kept as long as sick leave, or longer")
        return value

    @property
    def url(self) -> str:
        """The database's address in SQLAlchemy's form; SQLite in `home` unless one is set."""
        if not self.database_url:
            return f"sqlite:///{self.home / 'reilu.db'}"
        for plain in ("postgresql://", "postgres://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url


def home() -> Path:
    """The folder of this installation: `REILU_HOME`, else `.reilu/` beside app.py."""
    return Path(os.environ.get("REILU_HOME") or ROOT / ".reilu")


def create_secrets(folder: Path) -> Path:
    """Write random secrets to `folder`, readable by its owner alone. Those that the file has stay as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / SECRETS_FILE
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+", encoding="utf-8") as file:
        known = file.read()
        if known and not known.endswith("\n"):
            file.write("\n")
        for name, use in SECRETS.items():
            if f"REILU_{name.upper()}=" not in known:
                file.write(f"# {use}\nREILU_{name.upper()}={secrets.token_urlsafe(48)}\n")
    return path


def load(**given: Any) -> Settings:
    """Read the settings; `given` values win over the environment, the environment over the secrets file.

    Raises BadSettings with the first setting that is missing or weak.
    """
    folder = Path(given.get("home") or home())
    path = folder / SECRETS_FILE
    if path.exists() and path.stat().st_mode & 0o077:
        raise BadSettings(
            "Others on this machine can read {path}. Set its mode to 600 (chmod 600) and start again.", path=str(path)
        )
    try:
        return Settings(_env_file=path, home=folder, **{k: v for k, v in given.items() if k != "home"})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = str(first["loc"][0])
        variable = f"REILU_{name.upper()}"
        if name in SECRETS:
            raise BadSettings(
                "{variable} is missing or too weak: set it to at least {n} random characters, "
                "or let `python -m ethics secrets` make the secrets file.",
                variable=variable,
                n=SECRET_LENGTH,
            ) from None
        raise BadSettings("{variable} cannot be used: {why}.", variable=variable, why=str(first["msg"])) from None


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()
