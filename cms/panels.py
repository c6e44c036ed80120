"""What stands on the home page of the Wagtail admin."""

from wagtail.admin.ui.components import Component


class HomePanel(Component):
    """A panel for the person who asks; subclasses name it, and give its template and its place."""

    def __init__(self, request):
        self.request = request
