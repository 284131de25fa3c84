"""A person's own images, brought from where they are: looked at first, then built into a data set.

`scripted.bring` does it in one call. `sources.open_source` lists what is there, `report.look` says what it is,
`build.build` writes it, in batches. Whatever comes from a file's name or content is a label or a pixel: no name in
a source is a path to write to.
"""
