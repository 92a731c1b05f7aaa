from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from processing import hints
        from processing.steps import Step, register
        from search import receivers, steps
        from search.duplicates import finding
        from search.duplicates.hints import looks_like

        receivers.connect()
        hints.register("duplicates", looks_like)
        register(Step("embed", "Looking", steps.embed, after=("renditions",), batch_size=8))
        register(Step("tag", "Tagging", steps.tag, after=("embed",), batch_size=32))
        register(
            Step(
                "duplicates",
                "Looking for look-alikes",
                finding.run,
                after=("fingerprint", "embed"),
                batch_size=8,
            )
        )
        register(
            Step(
                "recentre",
                "Learning what the library is like",
                steps.recentre,
                time_limit=1_800,
                for_library=True,
            )
        )
