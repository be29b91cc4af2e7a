"""The run-time checker of annotations under pytest: an int may stand where a float is asked."""

from beartype import BeartypeConf, beartype

checker = beartype(conf=BeartypeConf(is_pep484_tower=True))
