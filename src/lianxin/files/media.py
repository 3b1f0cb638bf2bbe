"""Sound and film put into a new container, without notes, chapters, tracks of data and pictures.

Runs inside the jail. The sound and the picture themselves are copied as they are, frame by frame:
to encode a film anew would take minutes.
"""

from __future__ import annotations

import re
from typing import IO, Any, Final

import av
import av.subtitles.codeccontext
import av.subtitles.stream
from av.bitstream import BitStreamFilterContext

from lianxin.files.kinds import LONGEST, MOST_PIXELS, MOST_STREAMS, Unfit

FILMS: Final = {"h264", "hevc", "mpeg4", "av1", "h263", "vp8", "vp9", "mjpeg"}
SOUNDS: Final = {"aac", "alac", "mp3", "amr_nb", "amr_wb", "opus", "vorbis", "flac"}
SPOKEN: Final = {"amr_nb", "amr_wb", "h263"}
"""What only the container of old telephones holds."""
MUXERS: Final = {"m4a": "ipod"}
NOTES: Final = {"h264": "filter_units=remove_types=6", "hevc": "filter_units=remove_types=39-40"}
"""Leaves out of a film what is no picture: units in which cameras note place and speed."""
AMR_BYTES: Final = {
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1),
}
"""How long a frame of each mode is, by the magic word of the file."""
AMR_A_SECOND: Final = 50
BARE: Final = ("amr", "aac")
OLD_TAG: Final = 128


def clean(given: IO[bytes], copy: IO[bytes], family: str) -> dict[str, Any]:
    """Copy the first film and the first sound into a new file; what it is and how long."""
    if family in BARE:
        return _frame_by_frame(given, copy, family)
    try:
        with av.open(given, format=family) as old:
            return _copied(old, copy, family)
    except av.error.FFmpegError as error:
        raise Unfit("damaged") from error


def _copied(old: Any, copy: IO[bytes], family: str) -> dict[str, Any]:
    if len(old.streams) > MOST_STREAMS:
        raise Unfit("too_large")
    seconds = max(0, round((old.duration or 0) / 1_000_000))
    if seconds > LONGEST:
        raise Unfit("too_long")
    film, sound = _streams(old)
    suffix = _suffix(family, film, sound)
    options = {"fflags": "+bitexact", "id3v2_version": "0"}
    if suffix != "mp3":
        del options["id3v2_version"]
    muxer = MUXERS.get(suffix, suffix)
    with av.open(copy, "w", format=muxer, options=options) as new:
        lanes = {stream.index: _Lane(stream, new) for stream in (film, sound) if stream}
        for packet in old.demux([stream for stream in (film, sound) if stream]):
            lanes[packet.stream.index].take(packet, new)
        for lane in lanes.values():
            lane.end(new)
    if not any(lane.frames for lane in lanes.values()):
        raise Unfit("damaged")
    seconds = seconds or max(round(lane.seconds) for lane in lanes.values())
    measures = (film.width, film.height) if film else (0, 0)
    return {"format": suffix, "seconds": seconds, "width": measures[0], "height": measures[1]}


def _frame_by_frame(given: IO[bytes], copy: IO[bytes], family: str) -> dict[str, Any]:
    """Sound without a container, up to its end; what follows that is no sound is refused.

    The formats have no end of their own, and the library takes whatever comes for sound.
    """
    content = given.read()
    at = start = 0
    if family == "amr":
        magic = next(word for word in AMR_BYTES if content.startswith(word))
        at = start = len(magic)
        sizes = AMR_BYTES[magic]
    frames = 0
    while at < len(content):
        size = sizes[content[at] >> 3 & 15] if family == "amr" else _adts_bytes(content, at)
        if not size or (family == "amr" and content[at] & 0x83):
            if content[at : at + 3] == b"TAG" and len(content) - at == OLD_TAG:
                break
            raise Unfit("damaged")
        if at + size > len(content):
            break
        at, frames = at + size, frames + 1
    if at == start:
        raise Unfit("damaged")
    seconds = round(frames / AMR_A_SECOND if family == "amr" else frames * 1024 / _hertz(content))
    if seconds > LONGEST:
        raise Unfit("too_long")
    copy.write(content[:at])
    return {"format": family, "seconds": max(1, seconds)}


def _adts_bytes(content: bytes, at: int) -> int:
    """The length of the frame of AAC that begins here, of the same kind as the first; or 0."""
    head = content[at : at + 7]
    same = len(head) == 7 and head[:3] == content[:3] and not (head[3] ^ content[3]) & 0xFC
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5 if same else 0
    return size if size > 7 else 0


def _hertz(head: bytes) -> int:
    rates = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000,
             7350)  # fmt: skip
    at = head[2] >> 2 & 15
    if at >= len(rates):
        raise Unfit("damaged")
    return rates[at]


def _streams(old: Any) -> tuple[Any, Any]:
    """The first film that is no cover picture, and the first sound. Unfit without either."""
    cover = av.stream.Disposition.attached_pic
    films = [stream for stream in old.streams.video if not stream.disposition & cover]
    film = next((stream for stream in films if _codec(stream) in FILMS), None)
    sound = next((stream for stream in old.streams.audio if _hearable(_codec(stream))), None)
    if (films and film is None) or (old.streams.audio and sound is None) or not (film or sound):
        raise Unfit("damaged")
    if film and film.width * film.height > MOST_PIXELS:
        raise Unfit("too_large")
    return film, sound


def _codec(stream: Any) -> str:
    name: str = stream.codec_context.codec.canonical_name
    return name


def _hearable(codec: str) -> bool:
    return codec in SOUNDS or codec.startswith(("pcm_", "adpcm_"))


def _suffix(family: str, film: Any, sound: Any) -> str:
    if family == "matroska":
        return "webm"
    if family != "mov":
        if film:
            raise Unfit("damaged")
        return family
    codecs = {_codec(stream) for stream in (film, sound) if stream}
    if codecs & SPOKEN:
        return "3gp"
    if any(codec.startswith(("pcm_", "adpcm_")) for codec in codecs):
        return "mov"
    return "mp4" if film else "m4a"


class _Lane:
    """One stream on its way from the old file to the new one."""

    def __init__(self, old: Any, new: Any) -> None:
        self.codec = _codec(old)
        self.stream = new.add_stream_from_template(old)
        self.stream.metadata.clear()
        notes = NOTES.get(self.codec)
        self.filter = BitStreamFilterContext(notes, old, self.stream) if notes else None
        if self.codec == "hevc" and (head := self.stream.codec_context.extradata):
            self.stream.codec_context.extradata = _hevc_head(head)
        self.base = old.time_base
        self.frames = 0
        self.seconds = 0.0

    def take(self, packet: Any, new: Any) -> None:
        """Pass a packet on; what is no whole frame stays behind."""
        if packet.dts is None or not packet.size or not self.whole(bytes(packet)):
            return
        self.seconds = float((packet.dts + (packet.duration or 0)) * (self.base or 0))
        if self.seconds > LONGEST:
            raise Unfit("too_long")
        for each in self.filter.filter(packet) if self.filter else [packet]:
            self.pass_on(each, new)

    def pass_on(self, packet: Any, new: Any) -> None:
        packet.stream = self.stream
        new.mux_one(packet)
        self.frames += 1

    def end(self, new: Any) -> None:
        """Pass on what the filter holds back."""
        if self.filter:
            for each in self.filter.filter(None):
                self.pass_on(each, new)

    def whole(self, content: bytes) -> bool:
        """Whether a frame is as long as its head says: an MP3 may end in anything."""
        return self.codec != "mp3" or len(content) == _mp3_bytes(content)


def _hevc_head(head: bytes) -> bytes:
    """What a decoder needs to begin, as the filter wrote it, without the notes it left there."""
    units = re.split(rb"\x00+\x00\x01", head)
    kept = [unit for unit in units if unit and unit[0] >> 1 not in (39, 40)]
    return b"".join(b"\0\0\0\1" + unit for unit in kept)


def _mp3_bytes(head: bytes) -> int:
    """The length of a frame of MPEG audio, layer III, by its head; 0 for no head."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, sampling = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or sampling == 3:
        return 0
    first = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    second = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    bits = (first if version == 3 else second)[rate - 1] * 1000
    hertz = (44100, 48000, 32000)[sampling] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if version == 3 else 72) * bits // hertz + (head[2] >> 1 & 1)
