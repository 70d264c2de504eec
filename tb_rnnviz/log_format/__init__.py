"""Log format: tags, codecs and event files; each encoder beside its decoder."""

from tb_rnnviz.log_format.codec import ENCODINGS
from tb_rnnviz.log_format.compaction import compact
from tb_rnnviz.log_format.damaged_record import DamagedRecordError
from tb_rnnviz.log_format.reader import load
from tb_rnnviz.log_format.run_writer import RunWriter

__all__ = ["ENCODINGS", "DamagedRecordError", "RunWriter", "compact", "load"]
