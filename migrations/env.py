"""The alembic environment that the host and every plugin share; the migrator hands everything over as attributes."""

from alembic import context

attributes = context.config.attributes
connection = attributes["connection"]
target = attributes["target"]


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Look at the target's own tables only, so that no target ever touches another's."""
    return kind != "table" or (name or "").startswith(target.prefix)


context.configure(
    connection=connection,
    target_metadata=attributes.get("metadata"),
    version_table=target.version_table,
    include_name=include_name,
    on_version_apply=attributes.get("finished"),
    render_as_batch=connection.dialect.name == "sqlite",
    # SQLite's driver is told to BEGIN explicitly, so its DDL rolls back as well as PostgreSQL's.
    transactional_ddl=True,
)
context.run_migrations()
