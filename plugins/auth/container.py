"""The plugin's services, each after what it needs."""

from dependency_injector import containers, providers

from host import AppConfig, AuditTrail, ChangeFeed, Database
from host.kernel.acknowledged import Acknowledgements
from host.kernel.registry import Registry
from host.kernel.start_notices import StartNotices
from host.security.events import SecurityEvents
from plugins.auth.api import SignInApi
from plugins.auth.services.accounts import Accounts
from plugins.auth.services.break_glass import BreakGlass
from plugins.auth.services.demo import Demo
from plugins.auth.services.desk import Desk
from plugins.auth.services.directory import Directory
from plugins.auth.services.links import Links
from plugins.auth.services.lockout import Lockout
from plugins.auth.services.own_account import OwnAccount
from plugins.auth.services.password_check import PasswordCheck
from plugins.auth.services.passwords import Passwords
from plugins.auth.services.past import PastOfPeople
from plugins.auth.services.roles import Roles
from plugins.auth.services.second_factor import SecondFactor
from plugins.auth.services.session_store import SessionStore
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.sign_in import SignIn
from plugins.auth.services.sign_up import SignUp
from plugins.auth.services.telling import Telling
from plugins.auth.services.tokens import Tokens
from plugins.auth.services.user_rows import UserRows
from plugins.auth.services.users import Users
from plugins.auth.services.why import Why
from plugins.auth.settings import AuthSettings


class AuthServices(containers.DeclarativeContainer):
    """What pages, routes and commands ask for by name."""

    settings = providers.Dependency(instance_of=AuthSettings)
    config = providers.Dependency(instance_of=AppConfig)
    database = providers.Dependency(instance_of=Database)
    changes = providers.Dependency(instance_of=ChangeFeed)
    security_events = providers.Dependency(instance_of=SecurityEvents)
    registry = providers.Dependency(instance_of=Registry)
    acknowledgements = providers.Dependency(instance_of=Acknowledgements)
    start_notices = providers.Dependency(instance_of=StartNotices)
    audit_trail = providers.Dependency(instance_of=AuditTrail)

    second_factor = providers.ThreadSafeSingleton(SecondFactor, database, settings, config, security_events, registry)
    tokens = providers.ThreadSafeSingleton(Tokens, database, settings, config, registry, security_events)

    passwords = providers.ThreadSafeSingleton(Passwords, settings)
    lockout = providers.ThreadSafeSingleton(Lockout, database)
    session_store = providers.ThreadSafeSingleton(
        SessionStore, database, changes, settings, config=config, security_events=security_events
    )
    directory = providers.ThreadSafeSingleton(
        Directory,
        database,
        changes,
        config,
        registry,
        session_store=session_store,
        tokens=tokens,
        security_events=security_events,
    )
    auth = directory
    telling = providers.ThreadSafeSingleton(Telling, database, acknowledgements, security_events)
    roles = providers.ThreadSafeSingleton(Roles, database, changes, registry, telling)
    sessions = providers.ThreadSafeSingleton(
        Sessions,
        database,
        settings,
        session_store,
        directory=directory,
        telling=telling,
        security_events=security_events,
    )
    accounts = providers.ThreadSafeSingleton(Accounts, passwords)
    user_rows = providers.ThreadSafeSingleton(UserRows, database, changes, session_store)
    password_check = providers.ThreadSafeSingleton(
        PasswordCheck, passwords, lockout, session_store, security_events, config
    )
    sign_in = providers.ThreadSafeSingleton(
        SignIn,
        database,
        passwords,
        password_check,
        second_factor=second_factor,
        session_store=session_store,
        user_rows=user_rows,
    )
    api = providers.ThreadSafeSingleton(SignInApi, sign_in, config)
    users = providers.ThreadSafeSingleton(
        Users,
        database,
        changes,
        accounts,
        user_rows,
        passwords=passwords,
        session_store=session_store,
        directory=directory,
        telling=telling,
    )
    links = providers.ThreadSafeSingleton(
        Links,
        database,
        changes,
        settings,
        accounts,
        user_rows,
        directory=directory,
        security_events=security_events,
    )
    sign_up = providers.ThreadSafeSingleton(SignUp, database, changes, settings, accounts, security_events)
    demo = providers.ThreadSafeSingleton(
        Demo, database, changes, config, accounts, session_store, security_events=security_events
    )
    break_glass = providers.ThreadSafeSingleton(BreakGlass, database, accounts, user_rows, telling)

    past = providers.ThreadSafeSingleton(PastOfPeople, database, audit_trail)
    why = providers.ThreadSafeSingleton(Why, directory, registry)
    own_account = providers.ThreadSafeSingleton(OwnAccount, database, users)
    desk = providers.ThreadSafeSingleton(
        Desk,
        users=users,
        roles=roles,
        sessions=sessions,
        tokens=tokens,
        links=links,
        second_factor=second_factor,
        past=past,
        why=why,
    )
