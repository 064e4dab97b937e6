"""The route by which users take their data with them."""

from tempfile import TemporaryFile

from flask import Response, send_file
from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.accounts.scopes import LOGIN_ONLY
from backend.foundation.audit import note
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers_file
from backend.operations.data_export import write_archive
from backend.tables import metadata

own_data = Namespace("own-data", path="/users/me/export", description="Everything of the user's, as an archive")


@own_data.route("")
class Export(ApiResource):
    """Everything of the user's."""

    @authenticated(LOGIN_ONLY)
    @limited("backtests")
    @answers_file("application/zip")
    def get(self) -> Response:
        """One archive with every table as JSON and CSV, and the candles that were uploaded."""
        plugs, session = platform(), request_session()
        note(session, plugs.clock, tenant(), "account.exported")
        # The file is made before the first byte is sent: what fails is still answered as an error.
        file = TemporaryFile()  # noqa: SIM115
        try:
            write_archive(file, plugs, session, metadata, tenant())
        except BaseException:
            file.close()
            raise
        file.seek(0)
        name = f"tradefleet-{plugs.clock.now():%Y-%m-%d}.zip"
        response = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
        response.call_on_close(file.close)
        return response
