"""Files that arrive in pieces: the tus 1.0.0 protocol, and what keeps it honest.

- `protocol` reads headers, `body` reads request bodies, `parts` writes files: no rows there
- `creating`, `receiving`, `joining`, `finishing`, `ending` are the actions, one for each change
- `quota` says how much room a person has left; `sweeping` ends what nobody comes back for
- `views` is the endpoint

What is acknowledged is on disk: the file is synced before the row's offset is written, and what
lies behind the offset is cut off before anything is added.
"""
