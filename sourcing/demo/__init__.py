"""The sample world and the loopback upstream that serves it.

:class:`~sourcing.demo.upstream.DemoUpstream` answers in the wire formats of the real hosts, with a switch for
every fault that they are known for. ``make demo`` runs the nightly job against it, and so do the tests.
"""
