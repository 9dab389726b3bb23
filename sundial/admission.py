"""What every door for events needs of a data folder: tokens, people's identities, bounds of a request, a rate."""

from contextlib import ExitStack
from typing import NamedTuple

from api.auth import Tokens
from api.identity import Identities, load_key
from api.rate import Rate
from api.services import Limits
from sundial.data_folder import DataFolder
from sundial.settings import Settings


class Admission(NamedTuple):
    """By the names that `api.services.Reception` has for them."""

    tokens: Tokens
    identities: Identities
    limits: Limits
    rate: Rate


def open_admission(settings: Settings, folder: DataFolder, opened: ExitStack) -> Admission:
    """Open what lies in the folder; `opened` closes it. Raises BadKey."""
    tokens = Tokens(folder.tokens)
    opened.callback(tokens.close)
    identities = Identities(folder.identities, load_key(settings.identity_key_file or folder.identity_key))
    opened.callback(identities.close)
    limits = Limits(settings.body_bytes, settings.batch_events)
    return Admission(tokens, identities, limits, Rate(settings.event_rate))
