"""People of each role. Names are plainly invented, some with letters that break careless code."""

from django.contrib.auth.models import Group
from django.db.models import Max

from lms.accounts.choices import Role
from lms.accounts.models import Organisation, User
from tests.factories.stamps import stamped

PASSWORD = "una-casa-per-tutti"


@stamped
def person(*roles: str, **fields) -> User:
    # Of the row and not of a counter, so that a stamp of somebody has the name that they would get.
    number = (User.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    fields = {
        "email": f"persona{number}@example.org",
        "first_name": "Chiara",
        "last_name": f"D’Amico-Šćepanović {number:04}",
    } | fields
    user = User.objects.create_user(password=PASSWORD, **fields)
    # allauth lets only a verified address in.
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    for role in roles:
        group, _made = Group.objects.get_or_create(name=role)
        user.groups.add(group)
    return user


def administrator(**fields) -> User:
    return person(Role.ADMINISTRATOR, **fields)


def instructor(**fields) -> User:
    return person(Role.INSTRUCTOR, **fields)


def manager(**fields) -> User:
    return person(Role.MANAGER, **fields)


def committee(**fields) -> User:
    return person(Role.COMMITTEE, **fields)


def organisation(name: str = "Cooperativa Portierato") -> Organisation:
    return Organisation.objects.get_or_create(name=name)[0]
