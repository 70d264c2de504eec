"""Marks of programming and markup languages, by which a text is recognised.

A mark is a regular expression of what is common in a language and rare elsewhere, with a weight. No
mark needs the whole line, since a text of words may come without its line breaks.
"""

import re
from dataclasses import dataclass

from tb_rnnviz.core.content import MARKUP, SOURCE_CODE


@dataclass(frozen=True)
class Language:
    """A language and its marks.

    Args:
        name: Name, which Pygments knows, too.
        kind: `SOURCE_CODE` or `MARKUP`.
        marks: Regular expressions, and the weight of a match.
        extends: Name of the language whose marks count as well, such as C for C++.
    """

    name: str
    kind: str
    marks: tuple[tuple[re.Pattern[str], float], ...]
    extends: str | None = None


def _language(
    name: str, strong: str, weak: str = "", *, kind: str = SOURCE_CODE, extends: str | None = None
) -> Language:
    """Compiles the marks of a language, one a line; strong ones weigh 3, weak ones 1."""
    weighted = [(3.0, strong), (1.0, weak)]
    marks = [
        (
            re.compile(
                "|".join(f"(?:{line.strip()})" for line in lines.strip().splitlines()), re.M
            ),
            w,
        )
        for w, lines in weighted
        if lines.strip()
    ]
    return Language(name, kind, tuple(marks), extends)


LANGUAGES: tuple[Language, ...] = (
    _language(
        "python",
        r"""
        ^[ \t]*(?:async )?def \w+ ?\(
        ^[ \t]*class \w+.*:\s*$
        ^[ \t]*(?:from [\w.]+ )?import [\w.]+(?:,| as |\s*\#|\s*$)
        ^[ \t]*(?:elif|if|for|while|with|except|try|else)\b[^;{}\n]*:\s*(?:\#.*)?$
        \bself ?\.
        (?<!\w)__\w+__(?=[ .(])
        ^ *>>>\s
        ^ *(?:raise|assert) \w[^;{}\n]*$
        \bfrom [\w.]+ import\b
        ^[ \t]*@\w[\w.]*(?:\(.*\))?$
        """,
        r"""
        \b(?:None|True|False|elif|lambda|isinstance|assert)\b
        ^[ \t]*\#\s
        '''|\"\"\"
        ^ *return\b[^;{}\n]*$
        ^ *[a-z_][\w.]*(?:\[.*\])? = [^;{\n]*[^;,{\n]$
        """,
    ),
    _language(
        "c",
        r"""
        ^[ \t]*\#\s*(?:include|define|ifdef|ifndef|endif|undef|pragma|elif|else|if)\b
        \b(?:unsigned|signed|size_t|uint\d+_t|int\d+_t|typedef|extern|sizeof|NULL|inline|enum)\b
        \b(?:static|const|struct)\s+\w+\s*[\w*]
        \b(?:void|int|char|float|double|long|short)\b[ *]+\w+ *[(;,=)\[]
        """,
        r"""
        ->\s*\w
        ;\s*$
        /\*
        """,
    ),
    _language(
        "c++",
        r"""
        \bstd\s*::
        \btemplate\s*<
        \bnamespace\s+\w
        ^[ \t]*(?:public|private|protected)\s*:
        \b(?:virtual|nullptr|typename|constexpr|noexcept|static_cast|reinterpret_cast|decltype)\b
        \boperator\s*[\[(+\-*/=<>!&|]
        \w\s*::\s*~?\w
        const\s+\w+(?:<.*?>)?\s*&
        """,
        extends="c",
    ),
    _language(
        "java",
        r"""
        ^[ \t]*(?:package|import)\s+(?:static\s+)?[\w.]+(?:\.\*)?\s*;
        \b(?:public|private|protected) +(?:(?:static|final|abstract) +)*(?:class|interface|enum) +\w
        \b(?:public|private|protected) +(?:(?:static|final) +)*(?:void|int|long|boolean|double)\s+\w
        \b(?:public|private|protected) +(?:(?:static|final) +)*[A-Z]\w*(?:<[\w, ?<>]*>)?(?:\[\])? \w
        \b(?:implements|throws|instanceof)\s+[A-Z]
        @Override\b
        \bSystem\s*\.\s*out\b
        \b(?:void|int|boolean|String) +[a-z]\w* *\([^()]*\) *(?:throws \w+ *)?\{
        \bString(?:\[\])?\s+\w
        """,
        r"""
        \bnew\s+[A-Z]\w*\s*[<(]
        ;\s*$
        \bfinal\b
        """,
    ),
    _language(
        "c#",
        r"""
        ^[ \t]*using\s+[A-Z][\w.]*\s*;
        \bnamespace\s+[A-Z][\w.]*\s*[{;\r\n]
        \{\s*get\s*;|\bset\s*;
        \b(?:public|private|protected|internal) +(?:override|virtual|async|sealed|partial)\b
        \b(?:public|private|protected|internal) +(?:static|string|bool|class|int|void|const)\b
        \bforeach\s*\(\s*var\b
        \bConsole\s*\.\s*Write
        \b(?:void|int|string|bool) +[A-Z]\w* *\(
        ^ *\[(?:\w+\()?[A-Z]\w+(?:\(.*\))?\] *$
        \bvar\s+\w+\s*=\s*new\b
        """,
        r"""
        \bstring\s+\w
        ;\s*$
        \bnew\s+[A-Z]\w*\s*[<(]
        ^[ \t]*///
        """,
    ),
    _language(
        "javascript",
        r"""
        \b(?:const|let) +(?:[\w$]+|[{\[][\w${},:. \[\]]{1,60}[}\]]) *=[^=]
        \bfunction\b[ *]*\w* ?\([\w$, ={}.]{0,80}\)\s*\{
        =>\s*[\w({\[`'"]
        (?<!=)[!=]==(?!=)
        \b(?:module\s*\.\s*exports|exports\s*\.\s*\w|require\s*\()
        \b(?:typeof|undefined|async function|await)\b
        ^[ \t]*(?:import\b.*\bfrom|export\b.*\bfrom)\s*['"]
        ^[ \t]*export\s+(?:default|const|function|class|async)\b
        """,
        r"""
        \bvar\s+\w+
        \b(?:const|let|null|function)\s*[\w,;)(]
        ^ *(?:static |async |get |set )*\w+ ?\([\w, =]{0,60}\) \{$
        \b(?:document|window|console|Object|Array|Math|JSON|Promise|prototype)\s*\.
        ;\s*$
        \bthis\s*\.
        ^[ \t]*[})\]]+[;,]?\s*$
        """,
    ),
    _language(
        "typescript",
        r"""
        \w\??\s*:\s*(?:string|number|boolean|any|void|unknown|never|undefined|null|readonly)\b
        ^[ \t]*(?:export\s+)?(?:declare\s+)?(?:interface|namespace|module|abstract class)\s+\w
        ^[ \t]*(?:export\s+)?(?:declare\s+)?type\s+\w+(?:<.*?>)?\s*=
        ^[ \t]*(?:public|private|protected|readonly)\s+(?:static\s+)?\w+\s*[(:?]
        ^[ \t]*(?:export\s+)?declare\s+(?:const|function|class|var|let)\b
        \)\s*:\s*[\w.\[\]<>| ]{1,60}[;{=]
        ^[ \t]*import\s+type\b
        \bas\s+(?:const|any|unknown|string|[A-Z]\w*)\b
        """,
        extends="javascript",
    ),
    _language(
        "go",
        r"""
        ^[ \t]*package\s+\w+\s*$
        \bfunc\s+(?:\(\w*\s*\*?\w+(?:\[.*?\])?\)\s*)?\w*\s*\(
        \w\s*:=\s
        \bif\s+err\s*!=\s*nil
        \btype\s+\w+\s+(?:struct|interface|func)\b
        \b(?:defer|chan|fallthrough)\s+\w
        """,
        r"""
        \bnil\b
        \[\](?:byte|string|int|float64)\b
        ^import\s+[("]
        \brange\s+\w
        """,
    ),
    _language(
        "rust",
        r"""
        \bfn\s+\w+\s*(?:<.*?>)?\s*\(
        \blet\s+(?:mut\s+)?\w+
        \bimpl\b.*\{
        ^[ \t]*use\s+(?:\w+::)+
        ^[ \t]*\#!?\[\w
        &(?:mut\s+|')?self\b|&'?(?:static|mut|str)\b
        \b(?:Some|Ok|Err|Vec|Box|Option|Result)\s*(?:::)?\s*[(<]
        \bpub\s+(?:fn|struct|enum|mod|use|const|\()
        \b(?:println|format|vec|assert_eq|panic|write)!
        \bmatch\s+.*\{
        """,
        r"""
        \w::\w
        ;\s*$
        ^[ \t]*//[/!]
        """,
    ),
    _language(
        "php",
        r"""
        <\?php
        \$this\b
        \b(?:public|private|protected)\s+(?:static\s+)?function\b
        \becho\s+['"$]
        ^[ \t]*use\s+\w+\\
        """,
        r"""
        \$\w+ *(?:->|=[^=~])
        ;\s*$
        \barray\s*\(
        \$[a-z]\w*
        """,
    ),
    _language(
        "ruby",
        r"""
        ^[ \t]*def\s+(?:self\.)?\w+[?!]?(?:\s*\(.*\))?\s*$
        ^[ \t]*end\b\s*$
        \bdo\s*\|.*?\|
        ^[ \t]*(?:require|require_relative|attr_accessor|attr_reader|include)\s+['":\w]
        \.\s*each\b|\bputs\s+|\.nil\?|\.empty\?
        ^[ \t]*(?:unless|elsif|module|rescue|ensure)\b
        """,
        r"""
        (?<![:\w]):[a-z]\w+\b
        @\w+
        \bnil\b
        """,
    ),
    _language(
        "perl",
        r"""
        ^[ \t]*(?:my|our|local)\s*[($@%]
        \bmy\s*[($@%]
        ^[ \t]*sub\s+\w+\s*\{?
        ^[ \t]*use\s+(?:strict|warnings|vars|constant|[A-Z]\w+(?:::\w+)*)
        [@%$]\{?\$\w
        \$self\b|@_\b|->\{
        \s=~\s
        ^=(?:head\d|over|item|back|cut|pod|encoding|begin|end|for)\b
        ^[ \t]*package\s+\w+(?:::\w+)*\s*;
        \bshift\b\s*[;|@(]
        \b(?:qw|qr)\s*[(/{\[]
        """,
        r"""
        \$\w+ *(?:->|=[^=~])
        ;\s*$
        [$@]\w+
        \b(?:bless|die|unless|elsif|ref|foreach|croak)\b
        """,
    ),
    _language(
        "bash",
        r"""
        ^\#!.*\b(?:ba|z|k|da)?sh\b
        ^[ \t]*(?:fi|done|esac)\b
        \bthen\s*$|;\s*then\b|;\s*do\b
        \$\{\w+[}:#%/-]|\$\(
        \bif\s+(?:!\s*)?\[{1,2}\s|\s\]{1,2}\s*(?:;|&&|\|\|)
        ^[ \t]*(?:echo|export|exit|local|source|set|shift|printf|eval)\s+[\w"'$-]
        ^[ \t]*[A-Z_]\w*=["'$\w]*$
        ;;\s*$
        \| *(?:grep|sed|awk|sort|head|tail|wc|xargs|tee|cut|tr)\b
        """,
        r"""
        \$\w+
        ^[ \t]*\#\s
        \s--?[a-z][\w-]*
        """,
    ),
    _language(
        "sql",
        r"""
        (?i:\bselect\b[^;]{1,200}?\bfrom\b)
        (?i:\binsert\s+into\b)
        (?i:\bcreate\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view|index|function)\b)
        (?i:\bcreate\s+(?:or\s+replace\s+)?(?:trigger|extension|operator|aggregate|type)\b)
        (?i:\b(?:primary\s+key|foreign\s+key|not\s+null|order\s+by|group\s+by)\b)
        (?i:\b(?:left\s+join|inner\s+join|drop\s+table|alter\s+(?:table|extension|function))\b)
        (?i:\b(?:varchar|bigint|timestamp)\b)
        (?i:\bvalues\s*\()
        """,
        r"""
        \b(?:CREATE|ALTER|FUNCTION|OPERATOR|INDEX|TABLE|SELECT|FROM|WHERE|AND|OR|AS|INTO|UPDATE|SET|DELETE|JOIN|ON|RETURNS|LANGUAGE)\b
        ^[ \t]*--
        """,
    ),
    _language(
        "lua",
        r"""
        ^[ \t]*local\s+(?:function\s+)?\w+
        \bthen\s*$
        ^[ \t]*end[,)]*\s*$
        \bfunction\b *[\w.:]* ?\([\w, .]{0,80}\)\s*$
        \bfor\s+\w+(?:\s*,\s*\w+)*\s+in\s+i?pairs\b
        ~=|\belseif\b
        """,
        r"""
        ^[ \t]*--
        \bnil\b
        \s\.\.\s
        \blocal\b
        """,
    ),
    _language(
        "css",
        r"""
        [\w-]\s*:\s*[^;{}\n]{1,80};\s*(?:$|\})
        ^[ \t]*[.#:]?[\w-]+[ ,>+~:.\[\]="'#*\w-]{0,80}\{\s*$
        \b\d+(?:px|em|rem|vh|vw)\b
        ^[ \t]*@(?:media|import|charset|keyframes|font-face|include|mixin)\b
        \#[0-9a-fA-F]{3,6}\b\s*[;,]
        """,
        r"""
        \b(?:color|margin|padding|display|width|height|border|background|font|position)(?:-\w+)*\s*:
        """,
    ),
    _language(
        "json",
        r"""
        "[^"\n]{0,80}"\s*:\s*(?:[\[{"\d-]|true\b|false\b|null\b)
        """,
        r"""
        ^[ \t]*[}\]]+,?\s*$
        ^[ \t]*"[^"\n]*",?\s*$
        ^[ \t]*-?\d[\d.e+-]*,?\s*$
        """,
    ),
    _language(
        "yaml",
        r"""
        ^ *(?:- +)?[\w./$-]+: +[^\s{;(,][^;{(\n]*(?<![,;:])$
        ^---\s*$
        """,
        r"""
        ^ *- +\S
        ^ *(?:- +)?(?!else|try|finally|default)[\w./$-]+:$
        """,
    ),
    _language(
        "xml",
        r"""
        <\?xml\b
        </[\w:.-]+\s*>
        <[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))+\s*/?>
        <!--|<!\[CDATA\[|<!ENTITY|<!DOCTYPE
        """,
        r"""
        <[\w:.-]+\s*/?>
        &(?:\w+|\#\d+);
        """,
        kind=MARKUP,
    ),
    _language(
        "html",
        r"""
        (?i:<!doctype\s+html)
        (?i:</?(?:html|head|body|div|span|p|a|br|table|tr|td|th|ul|ol|li|h[1-6])\b(?:\s[^<>]*)?/?>)
        (?i:</?(?:script|style|meta|link|img|input|form|button|code|pre|d[tdl])\b(?:\s[^<>]*)?/?>)
        (?i:</?(?:em|b|i|strong|tt)\b(?:\s[^<>]*)?/?>)
        """,
        kind=MARKUP,
        extends="xml",
    ),
    _language(
        "markdown",
        r"""
        ^\#{1,6}\s+\S.*$
        ^[ \t]*```
        \[[^\]\n]+\]\([^)\s]+(?:\s+"[^"]*")?\)
        ^(?:\*| *-) +(?:\[|`|\*\*)
        ^\|?[ :|-]*-{3,}[ :|-]*\|[ :|-]*$
        ^\[[^\]\n]+\]:\s*\S+
        """,
        r"""
        \*\*[^*\n]+\*\*
        (?<!`)`[^`\n]+`(?!`)
        ^(?:\*| *-) +\w
        ^ *\d+\. +\w
        """,
        kind=MARKUP,
    ),
    _language(
        "rst",
        r"""
        ^([=~^"'*+-])\1{3,}\s*$
        ^[ \t]*\.\.\s+[\w-]+::
        :\w+:`[^`]+`
        ``[^`\n]+``
        ^[ \t]*:\w[\w ]*:
        `[^`<\n]+<[^>\n]+>`_
        """,
        r"""
        ::\s*$
        \*\*?\w[^*\n]*\*\*?
        """,
        kind=MARKUP,
    ),
    _language(
        "latex",
        r"""
        \\(?:begin|end|section|subsection|documentclass|usepackage|chapter|label|ref|cite|item)\b
        \\(?:emph|textbf|textit|frac|newcommand|mathcal|mathbb|left|right|sum|alpha|beta|in|to)\b
        """,
        r"""
        \\[a-zA-Z]+
        \$[^$\n]+\$
        """,
        kind=MARKUP,
    ),
    _language(
        "wikitext",
        r"""
        \[\[[^\[\]\n]+\]\]
        \{\{[^{}\n]+(?:\}\}|$)
        ^={2,5}[^=\n]+={2,5}\s*$
        """,
        r"""
        '{2,5}[^'\n]+'{2,5}
        ^\|
        ^[*\#:]+ ?\w
        """,
        kind=MARKUP,
    ),
)
