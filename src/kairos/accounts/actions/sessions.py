from kairos.accounts.models import User


def end_all_sessions(user: User, *, password: str) -> None:
    """Sign this person out everywhere. `password` is the one they have, checked before.

    Sessions are bound to the stored hash of the password; hashing it again with a new salt ends every one of them.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
