"""Lists inside blocks."""

from wagtail import blocks


class RowsBlock(blocks.ListBlock):
    """A list that shows an author from the start as many empty rows as it asks for (`min_num`)."""

    def __init__(self, child_block, **kwargs):
        super().__init__(child_block, **kwargs)
        wanted = self.meta.min_num or 1
        self.meta.default = [self.child_block.get_default() for _row in range(wanted)]
