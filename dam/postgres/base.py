"""Django looks for a backend's wrapper in a module of this name."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from dam import database

MAINTENANCE_DATABASE = "postgres"


class DatabaseWrapper(base.DatabaseWrapper):
    """Start the embedded server, and make its database, when the first connection is wanted."""

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["host"] = database.ensure(Path(self.settings_dict["HOST"]))
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            name = conn_params.get("dbname")
            if f'database "{name}" does not exist' not in str(error):
                raise
            self._create(conn_params)
            return super().get_new_connection(conn_params)

    def _create(self, conn_params: dict[str, Any]) -> None:
        """Make the database; losing that race to another process is as good as winning."""
        maintenance = conn_params | {"dbname": MAINTENANCE_DATABASE}
        maintenance.pop("context", None)
        maintenance.pop("cursor_factory", None)
        with self.Database.connect(**maintenance, autocommit=True) as connection:
            name = self.ops.quote_name(conn_params["dbname"])
            try:
                connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
            except (self.Database.errors.DuplicateDatabase, self.Database.errors.UniqueViolation):
                return
