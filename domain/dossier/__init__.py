"""The dossier of a case: everything a hearing needs to see, as one document that a printer only has to lay out."""

from domain.dossier.document import dossier_document
from domain.dossier.labels import LABELS

__all__ = ["LABELS", "dossier_document"]
