"""What can go wrong with market data, in the user's words."""

from collections.abc import Sequence

from backend.foundation.errors import ApplicationError, Conflict, FieldError, NotFound, ValidationFailed


class FileTooLarge(ApplicationError):
    """An upload is larger than the address accepts."""

    code = "TOO_LARGE"
    status = 413

    def __init__(self, megabytes: int) -> None:
        message = f"The file is larger than {megabytes} MB. Split it by months, or pack it as .csv.gz."
        super().__init__(message, [FieldError("file", message)])


class FileRefused(ValidationFailed):
    """An uploaded file is broken, or does not tell what it holds."""

    def __init__(self, details: Sequence[FieldError]) -> None:
        super().__init__("The file was refused and nothing of it is stored; see the details.", details)


class UploadsFull(Conflict):
    """The user's uploads take as much room as one may."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(
            f"Your uploads take {megabytes} MB or more, and no more fits. Delete some that you do not need."
        )


class InputRefused(ValidationFailed):
    """One field cannot be accepted."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, [FieldError(field, message)])


class TooManyDownloads(Conflict):
    """The user has as many unfinished downloads as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} of your downloads are not finished. Wait for one, or cancel one.")


class NoSuchDownload(NotFound):
    """There is none of this id, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__("You have no download with this id.")


class DownloadFinished(Conflict):
    """It is over already."""

    def __init__(self) -> None:
        super().__init__("This download is over; there is nothing to cancel.")


class NoSuchUpload(NotFound):
    """The user uploaded no such candles."""

    def __init__(self) -> None:
        super().__init__("You have no upload of this market and time frame.")


class NothingStored(NotFound):
    """No candle of what was asked for."""

    def __init__(self) -> None:
        super().__init__("No candles of this market, time frame and period are stored. Download or import them first.")
