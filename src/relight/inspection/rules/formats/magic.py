"""Formats known by their first bytes only, and what file names promise.

Owns the tables. Nothing here proves contents: `dense` formats hold compressed data that may rightly look random.
Source: the formats' own documents; IANA media types; the file(1) and PRONOM registries for the signatures.
"""

from __future__ import annotations

import re

from relight.inspection.types import Check, Span, State, because
from relight.kernel.errors import N_

# where, which bytes, the format they name, whether its contents may rightly look random
MAGICS: tuple[tuple[int, bytes, str, bool], ...] = (
    (0, b"{\\rtf", "rtf", False),
    (0, b"AC10", "dwg", False),
    (0, b"AC1.", "dwg", False),
    (0, b"ITSF", "chm", True),
    (0, b"\xd7\xcd\xc6\x9a", "wmf", False),
    (40, b" EMF", "emf", False),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "onenote", False),
    (0, b"\x00\x01\x00\x00Standard", "access", False),
    (0, b"SIMPLE  =", "fits", False),
    (0, b"\x89HDF\r\n\x1a\n", "hdf", True),
    (0, b"\x0e\x03\x13\x01", "hdf", True),
    (0, b"CDF\x01", "netcdf", False),
    (0, b"CDF\x02", "netcdf", False),
    (0, b"AT&TFORM", "djvu", True),
    (0, b"BPG\xfb", "bpg", True),
    (0, b"\x00\x00\x01\x00", "ico", True),
    (0, b"\x00\x00\x02\x00", "cur", True),
    (0, b"icns", "icns", True),
    (0, b"\xff\x4f\xff\x51", "jpeg2000", True),
    (0, b"\xff\x0a", "jxl", True),
    (0, b"FWS", "swf", False),
    (0, b"CWS", "swf", True),
    (0, b"ZWS", "swf", True),
    (0, b"\xca\xfe\xba\xbe", "class", False),
    (0, b"\xfe\xed\xfa\xce", "mach-o", False),
    (0, b"\xfe\xed\xfa\xcf", "mach-o", False),
    (0, b"\xce\xfa\xed\xfe", "mach-o", False),
    (0, b"\xcf\xfa\xed\xfe", "mach-o", False),
    (0, b"dex\n", "dex", False),
    (0, b"wOFF", "woff", True),
    (0, b"wOF2", "woff2", True),
    (0, b"\x00\x01\x00\x00\x00", "truetype", False),
    (0, b"OTTO", "opentype", False),
    (0, b"ttcf", "truetype", False),
    (0, b"\x1f\x9d", "compress", True),
    (0, b"\x1f\xa0", "compress", True),
    (0, b"\x1f\x1e", "pack", True),
    (0, b"LZIP", "lzip", True),
    (0, b"\x89LZO", "lzop", True),
    (0, b"xar!", "xar", True),
    (0, b"\xca\xfe\xd0\x0d", "pack200", True),
    (2, b"-lh", "lha", True),
    (0, b"\x60\xea", "arj", True),
    (7, b"**ACE**", "ace", True),
    (0, b"SIT!", "stuffit", True),
    (0, b"StuffIt", "stuffit", True),
    (0, b"zPQ", "zpaq", True),
    (0, b"\xed\xab\xee\xdb", "rpm", True),
    (0, b"\xc7\x71", "cpio", False),
    (0, b"070701", "cpio", False),
    (0, b"070702", "cpio", False),
    (0, b"070707", "cpio", False),
    (0, b"hsqs", "squashfs", True),
    (0, b"\x1a\x00", "arc", True),
    (0, b"II\xbc\x01", "jpeg-xr", True),
    (0, b"IIU\x00", "raw-picture", True),
    (0, b"FUJIFILMCCD-RAW", "raw-picture", True),
    (0, b"\x00MRM", "raw-picture", True),
    (0, b"FOVb", "raw-picture", True),
    (0, b"SIMH", "simh", False),
    (0, b"VBMP", "bmp-like", False),
    (0, b"gimp xcf", "xcf", True),
    (0, b"MThd", "midi", False),
    (0, b"FORM", "iff", True),
    (0, b".snd", "au", False),
    (0, b".RMF", "realmedia", True),
    (0, b".ra\xfd", "realaudio", True),
    (0, b"MAC ", "ape", True),
    (0, b"wvpk", "wavpack", True),
    (0, b"MPCK", "musepack", True),
    (0, b"MP+", "musepack", True),
    (0, b"#!AMR", "amr", True),
    (0, b"ADIF", "aac", True),
    (0, b"\x00\x00\x01\xba", "mpeg", True),
    (0, b"\x00\x00\x01\xb3", "mpeg", True),
    (0, b"\xffWPC", "wordperfect", False),
    (0, b"\x00\x00\x02\x00\x06\x04", "lotus", False),
    (0, b"\x00\x00\x1a\x00", "lotus", False),
    (0, b"\x09\x00\x04\x00", "biff2", False),
    (0, b"\x09\x02\x06\x00", "biff3", False),
    (0, b"\x09\x04\x06\x00", "biff4", False),
    (0, b"\x31\xbe\x00\x00", "write", False),
    (0, b"\xdb\xa5\x2d\x00", "word2", False),
    (0, b"\x9b\xa5\x21\x00", "word", False),
    (0, b"\xbe\x00\x00\x00\xab", "word", False),
    (0, b"PO^Q`", "word", False),
    (0, b"bplist0", "plist", False),
    (0, b"Obj\x01", "avro", True),
    (0, b"PAR1", "parquet", True),
    (0, b"ORC", "orc", True),
    (0, b"ARROW1", "arrow", True),
    (0, b"SEQ\x06", "sequencefile", True),
    (0, b"MATLAB 5.0", "matlab", True),
    (0, b"$FL2", "spss", False),
    (0, b"$FL3", "spss", True),
    (84, b"SAS FILE", "sas", False),
    (0, b"RDX2\n", "rdata", True),
    (0, b"RDX3\n", "rdata", True),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", "lnk", False),
    (0, b"\x78\x9f\x3e\x22", "tnef", True),
    (0, b"SQLite format", "sqlite", False),
    (0, b"\x3a\xde\x68\xb1", "dcx", True),
    (0, b"GRIB", "grib", True),
    (0, b"BUFR", "bufr", True),
    (0, b"regf", "registry", False),
    (0, b"ElfFile\x00", "evtx", False),
    (0, b"MDMP", "minidump", True),
    (0, b"PAGEDU", "crashdump", True),
    (0, b"\xd4\xc3\xb2\xa1", "pcap", True),
    (0, b"\xa1\xb2\xc3\xd4", "pcap", True),
    (0, b"\x0a\x0d\x0d\x0a", "pcapng", True),
    (0, b"conectix", "vhd", True),
    (0, b"EVF\x09\x0d\x0a\xff\x00", "ewf", True),
    (0, b"AFF10", "aff", True),
    (0, b"MSWIM\x00\x00\x00", "wim", True),
    (0, b"TDIF", "teradata", True),
    (0, b"NES\x1a", "rom", True),
    (0, b"\x80\x02", "pickle", True),
    (0, b"\x93NUMPY", "numpy", True),
    (0, b"glTF", "gltf", True),
    (0, b"Kaydara FBX Binary", "fbx", True),
    (0, b"PMDZ", "3d", True),
    (0, b"!<thin>", "ar", False),
    (0, b"\x00asm", "wasm", False),
    (0, b"BC\xc0\xde", "llvm", False),
    (0, b"\x1bLua", "lua", False),
    (0, b"XPCOM\nTypeLib", "xpt", False),
    (0, b"BEGIN IMAGE", "image", True),
    (0, b"\x30\x26\xb2\x75", "asf", True),
    (0, b"DWF V", "dwf", True),
    (0, b"(DWF V", "dwf", True),
    (0, b"HWP Document File", "hwp", True),
    (0, b"BLENDER", "blender", True),
    (0, b"\xc5\xd0\xd3\xc6", "eps", True),
    (0, b"%!PS", "postscript", True),
    (0, b"%FDF-", "fdf", False),
    (60, b"BOOKMOBI", "mobi", True),
    (60, b"TEXtREAd", "palmdoc", True),
    (0, b"ITOLITLS", "lit", True),
    (0, b"L\x00R\x00F\x00", "lrf", True),
    (257, b"ustar", "tar", True),
    (0, b"\x1a\x45\xdf\xa3", "matroska", True),
    (0, b"P4\n", "pnm", False),
    (0, b"P5\n", "pnm", False),
    (0, b"P6\n", "pnm", False),
    (0, b"P5 ", "pnm", False),
    (0, b"P6 ", "pnm", False),
    (0, b"P7\n", "pnm", False),
    (0, b"\x0a\x05\x01\x08", "pcx", False),
    (0, b"\x0a\x03\x01", "pcx", False),
    (0, b"#?RADIANCE", "hdr", True),
    (0, b"v/1\x01", "openexr", True),
    (0, b"DDS ", "dds", True),
    (0, b"\xabKTX", "ktx", True),
    (0, b"\x97JB2\r\n\x1a\n", "jbig2", True),
    (0, b"qoif", "qoi", True),
    (0, b"\xf1\xc5\x01\x02", "nss-check", True),
    (0, b"FLIF", "flif", True),
    (0, b"TZif", "tzif", False),
    (0, b"IWAD", "wad", True),
    (0, b"PWAD", "wad", True),
    (36, b"acsp", "icc", False),
    (0, b"?_\x03\x00", "winhelp", True),
    (0, b"BZ3v1", "bzip3", True),
    (0, b"bvx", "lzfse", True),
    (0, b"LRZI", "lrzip", True),
    (0, b"7kSt", "zpaq", True),
    (0, b"PAR2\x00PKT", "par2", True),
    (0, b"\x01\xda\x01", "sgi", True),
    (0, b"GGUF", "gguf", True),
    (0, b"\xd0\xcf\x11\xe0", "ole-part", False),
    (0, b"SZDD", "szdd", True),
    (0, b"KWAJ", "kwaj", True),
    (0, b"\x5d\x00\x00\x80\x00", "lzma", True),
    (0, b"Exif\x00\x00", "exif", False),
    (0, b"MOVI", "sgi-movie", True),
    (0, b"nrrd", "nrrd", True),
    (344, b"n+1\x00", "nifti", True),
    (0, b"\x5c\x01\x00\x00", "nifti", True),
    (0, b"WARC/", "warc", True),
    (0, b"\x0c\xfe\xef\xd1", "quark", False),
    (0, b"\x00\x00IIXPR", "quark", True),
    (0, b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", "indesign", True),
    (0, b"MSFT\x02\x00\x01\x00", "typelib", False),
    (0, b"Cr24", "crx", True),
    (0, b"MARC", "mar", True),
    (0, b"DIRC", "git-index", True),
    (0, b"PACK\x00\x00\x00", "git-pack", True),
    (0, b"\xfftOc", "git-index", True),
    (0, b"RNC", "rnc", True),
    (0, b"YARA", "yara-rules", False),
    (0, b"YARA-X", "yara-rules", True),
    (0, b"\x03\x00\x08\x00", "android-xml", False),
    (0, b"\x02\x00\x0c\x00", "android-resources", False),
    (0, b"oat\n", "android-oat", False),
    (0, b"vdex", "android-vdex", False),
    (0, b"ANDROID!", "android-boot", True),
    (0, b"\x55\xaa", "option-rom", True),
)


def magic_of(head: bytes) -> Check | None:
    """Return what the first bytes name, or nothing."""
    for offset, magic, name, dense in MAGICS:
        if head[offset : offset + len(magic)] == magic and (len(magic) > 2 or _short_holds(name, head)):
            opaque = (Span(0, 1 << 62),) if dense else ()
            what = because(N_("starts as {format} does"), format=name)
            return Check(format=name, state=State.PLAUSIBLE, reasons=(what,), opaque=opaque)
    return None


def _short_holds(name: str, head: bytes) -> bool:
    """Two bytes alone come about by chance in one of 65,536 random files: ask for a third that fits."""
    third = head[2:4]
    if len(third) < 2:
        return False
    rules = {
        "compress": third[0] & 0x1F <= 16 and third[0] & 0x60 == 0 and third[0] & 0x1F >= 9,
        "pack": third[0] == 0,
        "arj": int.from_bytes(third, "little") <= 2600,
        "cpio": True,
        "jxl": True,
        "arc": third.isalnum(),
        "pickle": third[0] in b"cq}](X\x8c\x95K",
        "option-rom": False,
    }
    return rules.get(name, False)


# what a name promises; a file that is none of it, and starts at random, was overwritten
_PROMISES_WORDS = """
lz4 svgz dib jpx jxl avif webmanifest jsp asp aspx asx xfdf yar yara smali enw lua kt swift scala pas asm f90 vue
tsx jsx scss less proto gradle cmake mk ipynb rst adoc textile wiki sub ass wsf hta inf desktop service csr xfd wsdl
xmp opml gpx kml geojson ndjson jsonl ttl nt rdf owl rss atom dtd ent plist strings po pot resx doc dot xls xlt ppt
pps msg vsd pub docx docm dotx dotm xlsx xlsm xltx xlsb pptx pptm ppsx ppsm potm vsdx vsdm odt ods odp odg odf odb
ott ots otp sxw sxc sxi fodt pdf rtf txt md csv tsv log xml xsd xsl html htm xhtml json yaml yml ini cfg conf toml
sql py js ts css java c h cpp hpp cs go rs rb php pl sh bat ps1 vbs eml mbox ics vcf svg tex bib png jpg jpeg jpe
gif bmp tif tiff webp psd ico heic heif jp2 dng nef cr2 raw dcm dicom mp3 wav flac ogg opus oga m4a aac wma mp4 m4v
mov avi mkv webm wmv flv mpg mpeg zip jar war epub apk gz tgz bz2 tbz2 xz txz zst 7z rar tar cab deb rpm iso img
vmdk vhd vhdx qcow2 vdi sqlite sqlite3 db mdb accdb dbf mdf ldf pst ost exe dll sys msi so dylib class swf ttf otf
woff woff2 mhtml mht icc wb2 wb3 wp warc dif ac3 eac3 dts m2ts pcx pct pict wmf emf pnm pgm ppm wk1 wk3 wk4 123 wb1
qpw prt dgn frm vor sda sdd sdc sdw tsd bpg xlr wps hdr djvu pages numbers key dwg dxf one chm hwp mobi azw3 ps eps
ai indd xps oxps wpd kdbx p12 pfx pem crt cer der p7m p7s asc gpg hl7 bak vbk vib nii nrrd mha edf hdf h5 nc fits
mat sav parquet avro evtx reg lnk wasm dex bin dat tmp properties xlf srt vtt
"""
PROMISES = frozenset(_PROMISES_WORDS.split())
_VAGUE_WORDS = """
bin dat tmp bak db raw img key vdi sav mat
"""
VAGUE = frozenset(_VAGUE_WORDS.split())
_TEXTUAL_WORDS = """
jsp asp aspx asx xfdf yar yara smali enw lua kt swift scala pas asm f90 vue tsx jsx scss less proto gradle cmake mk
ipynb rst adoc textile wiki sub ass wsf hta inf desktop service csr xfd wsdl xmp opml gpx kml geojson ndjson jsonl
ttl nt rdf owl rss atom dtd ent plist strings po pot resx txt md csv tsv log xml xsd xsl html htm xhtml json yaml
yml ini cfg conf toml sql py js ts css java c h cpp hpp cs go rs rb php pl sh bat ps1 vbs eml mbox ics vcf svg tex
bib rtf hl7 pem properties xlf srt vtt asc
"""
TEXTUAL = frozenset(_TEXTUAL_WORDS.split())
EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})\Z")


def promise_of(name: str) -> str:
    """Return the extension a name promises its format by, also under one appended extension; else nothing.

    `report.docx` and `report.docx.locked` promise `docx`; `a.b` promises nothing.
    """
    outer = EXTENSION.search(name)
    if outer and outer[1].lower() in PROMISES:
        return outer[1].lower()
    rest = name.rpartition(".")[0]
    for _ in range(2):
        inner = EXTENSION.search(rest)
        if inner and inner[1].lower() in PROMISES:
            return inner[1].lower()
        rest = rest.rpartition(".")[0]
    return ""
