"""Settings: options, then SUNDIAL_* variables, then `sundial.toml` (or SUNDIAL_CONFIG's file), then defaults.

Secrets are never settings; a setting names the file that holds one.
"""

import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from projections.address import Address
from projections.retention import LEAST_DAYS, Retention

_REPOSITORY = Path(__file__).resolve().parent.parent


class BadSettings(ValueError):
    """Settings that cannot be used; the message names each one and what was expected."""


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(env_prefix="SUNDIAL_", extra="forbid")

    data: Path = Field(default=Path("data"), description="Folder of journal, state and read store")
    host: str = Field(default="127.0.0.1", description="Address to listen on; beyond loopback needs tokens")
    port: int = Field(default=8610, ge=0, le=65535, description="Port to listen on; 0: any free one")
    body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, description="Largest request body")
    batch_events: int = Field(default=5_000, ge=1, description="Most events in one request")
    event_rate: str = Field(
        default="600000/minute",
        pattern=r"^\d+/(second|minute|hour)$",
        description="Most events of one caller",
    )
    identity_key_file: Path | None = Field(
        default=None, description="Key of the identity table; default: in `data`"
    )
    web: Path = Field(
        default=_REPOSITORY / "dashboards" / "web" / "dist", description="Folder of the built screens"
    )
    title_zh: str = Field(default="日晷", description="Name of the county shown on the wall, Chinese")
    title_en: str = Field(default="Sundial", description="Name of the county shown on the wall, English")
    zone: str = Field(default="Asia/Shanghai", description="Zone of the wall")
    kafka: str = Field(
        default="127.0.0.1:9092",
        pattern=r"^[^,:\s]+:\d+(,[^,:\s]+:\d+)*$",
        description="Brokers of the cluster size, HOST:PORT, comma between",
    )
    kafka_prefix: str = Field(
        default="supervision",
        pattern=r"^[A-Za-z0-9_-]{1,100}$",
        description="What the names of its topics begin with",
    )
    kafka_partitions: int = Field(
        default=12, ge=1, le=1000, description="Parts of its events; can never be changed later"
    )
    kafka_replication: int | None = Field(
        default=None, ge=1, le=9, description="Copies of each topic; default: 3, or fewer with fewer brokers"
    )
    instance: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]{1,100}$",
        description="Name of a worker that stays over restarts; default: none, every start is a new member",
    )

    store: str = Field(
        default="chdb", description="Read store: `chdb` (in `data`), or clickhouse://user@host:port/database"
    )
    store_password_file: Path | None = Field(
        default=None, description="File that holds the password of the ClickHouse user"
    )
    store_ca_file: Path | None = Field(
        default=None, description="Authorities (PEM) for clickhouses://; default: those of the system"
    )
    store_cluster: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_.{}-]*$",
        description="Cluster of replicas to make tables on; '': one server",
    )
    store_timeout: float = Field(
        default=60.0, gt=0, description="Seconds that the ClickHouse server may keep silent"
    )

    store_keep_payloads_days: int = Field(
        default=0, ge=0, description="Days that the read store keeps the JSON of events; 0: for ever"
    )
    store_keep_findings_days: int = Field(
        default=0, ge=0, description="Days that the read store keeps what was issued; 0: for ever"
    )

    @field_validator("store_keep_payloads_days", "store_keep_findings_days")
    @classmethod
    def _long_enough(cls, days: int) -> int:
        if 0 < days < LEAST_DAYS:
            raise ValueError(f"expected 0 (for ever), or at least {LEAST_DAYS} days")
        return days

    @field_validator("store")
    @classmethod
    def _known_store(cls, text: str) -> str:
        if text != "chdb":
            Address.parse(text)
        return text

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("expected a time zone such as Asia/Shanghai") from None
        return name

    @property
    def retention(self) -> Retention:
        """How long the read store keeps what."""
        return Retention(self.store_keep_payloads_days, self.store_keep_findings_days)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options before variables before the TOML file."""
        file = Path(os.environ.get("SUNDIAL_CONFIG", "sundial.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)


def load_settings(**options: Any) -> Settings:
    """The settings; `options` that are None were not given. Raises BadSettings."""
    config = os.environ.get("SUNDIAL_CONFIG")
    if config is not None and not Path(config).is_file():
        raise BadSettings(f"SUNDIAL_CONFIG: no such file: {config}")
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        raise BadSettings(
            "; ".join(
                f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}, got {one['input']!r}"
                for one in error.errors()
            )
        ) from None
    except ValueError as error:
        raise BadSettings(f"{config or 'sundial.toml'}: {error}") from None
