"""A plugin with flags of every type, a page, a route, a command and a service that ask for them."""

SHOP = {
    "plugin.toml": '[plugin]\nhost = ">=1.2,<2"\ncommands = { shop = "Shop" }\n',
    "plugin.py": """
        from datetime import date

        import typer
        from dependency_injector import containers, providers
        from starlette.responses import JSONResponse

        from host import Command, Flag, Flags, Page, Plugin, Route, SIGNED_IN, flag, flags, hookimpl


        class Prices:
            def __init__(self, flags: Flags) -> None:
                self.flags = flags

            def rows(self, principal):
                return self.flags.value("shop.rows", principal)


        class Services(containers.DeclarativeContainer):
            flags = providers.Dependency()
            prices = providers.ThreadSafeSingleton(Prices, flags)


        def page() -> None:
            import streamlit as st

            from host import action, current

            seen = st.session_state.setdefault("seen", [])
            seen.append(("page", flag("shop.rows")))

            def click() -> None:
                before = flag("shop.rows")
                current().application.feature_flags.desk.set_value("shop.rows", before + 1, "click")
                seen.append(("click", before))
                seen.append(("click again", flag("shop.rows")))

            st.button("Click", on_click=action(click))
            st.html(f"<p>rows {flag('shop.rows')}</p>")


        def told() -> None:
            typer.echo(f"rows {flag('shop.rows')}, {len(flags())} flags")


        class Hooks:
            @hookimpl
            def flags(self):
                return [
                    Flag(name="shop.quick", title="Quick order", default=False, owner="Olga"),
                    Flag(name="shop.rows", title="Rows", default=7, owner="Olga"),
                    Flag(name="shop.share", title="Share", default=0.5, owner="Olga"),
                    Flag(name="shop.size", title="Size", default="small", owner="Olga", choices=("small", "large")),
                ]

            @hookimpl
            def pages(self):
                return [Page(path="shop", title="Shop", render=page, permission=SIGNED_IN, fragment=False)]

            @hookimpl
            def routes(self, services):
                answer = lambda request: JSONResponse(dict(flags()))
                return [Route(path="/flags", endpoint=answer, permission=SIGNED_IN)]

            @hookimpl
            def commands(self):
                return [Command(group="shop", name="rows", run=told)]

        plugin = Plugin(services=Services, hooks=Hooks)
    """,
}
