"""Titles that file systems, Git or shells are known to stumble over. Each is a name in the main namespace."""

NASTY = (
    "A", "a", "Foo bar", "Foo Bar", "foo bar", "Foo_bar", "Con", "con", "CON.txt", "Aux", "Prn.a.b",
    "Nul", "Com1", "COM¹", "Lpt9.x", "CONIN$", "Conout$", "Console", "COM10", ".git", ".GIT",
    ".git/config", ".gitmodules", "Git~1", "GITMOD~1", ".g\u200cit", "..", "...", ".", "-rf", "--help",
    "+1", "~", "~user", "A~123456", "A~12345g", "%", "100%", "%41", "A%2Fb", "A%", "a/b", "/", "//",
    "/etc/passwd", "C:\\Windows", "\\\\host\\share", "Where?", "A*b", '"Quoted"', "<tag>", "a|b",
    "trailing.", "trailing ", " leading", "dots...", "A  b", "Tab\tnew\nline\r\x00", "\x1b[31m",
    "\x7f\x85\xa0", "Straße", "STRASSE", "İstanbul", "ılık", "Αθήνας", "ǅ", "ﬁ", "É", "E\u0301",
    "e\u0301", "Å", "\u212b", "가", "\u1100\u1161", "ትግርኛ", "የኢትዮጵያ", "كتاب", "می\u200cخواهم", "ن\u0654",
    "ქართული", "Ქართული", "ߒߞߏ", "中文維基", "👩\u200d💻", "😀", "\ufeffBOM", "\u202ereversed", "\u2028",
    "\ue000", "\U000e0001", "\U0010ffff", "\u0378", "\u1acf", "\ua7cb", "\U00031350", "a.wiki", "A.wiki~",
    "desktop.ini", ".DS_Store", "a" * 135, "a" * 136, "A" + "a" * 134, "A" + "a" * 135, "x" * 255,
    "X" * 255, "?" * 255, "é" * 127, "/" * 85, "語" * 85, "a" * 137 + "??", "😀" * 63, "\U000e0001" * 63,
    "-" * 140, "A" + "." * 139, "A:\u0300", "a\u0301" * 60, ":\u0301:\u0301", "%\u0301",
)  # fmt: skip
