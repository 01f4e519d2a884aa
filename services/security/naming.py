"""Notes which files the office's own command names, so that its worker opens them wherever they lie.

A worker opens what lies in the office's folders of documents. Whoever works at the office's own machine names a file by
its path (`accredit send`, `option`, `import`, a scenario), and its place and digest are noted where the worker looks:
see `activities.documents.stores`.
"""

from activities.documents.stores import NotOpened, lies_open, note_named, path_of
from policy.documents import documents_of
from policy.messages import Message
from policy.office import Documents
from services.errors import NotReachable


def name_documents(message: Message, settings: Documents) -> None:
    """Note the files that a message of this machine names. To be called before it is sent.

    Raises:
        NotReachable: The folder of uploads cannot be written.
    """
    for document in documents_of(message):
        if not document.uri.lower().startswith("file:"):
            continue
        try:
            path = path_of(document.uri)
            if path.is_file() and path.resolve() == path and not lies_open(path, settings):
                note_named(path, document.sha256, settings)
        except (NotOpened, ValueError, RuntimeError):
            continue  # nothing that could be opened: the worker says so
        except OSError as error:
            next_step = "Mend [documents] uploads in office.toml, or who may write there."
            raise NotReachable("folder", settings.uploads, next_step, error.strerror or str(error)) from None
