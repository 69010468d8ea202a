"""Languages by what their words do in a sentence: stemmers, and the words of the closed classes.

A language that is not listed is matched word for word. All words stand here as ``fold`` makes them: without accents.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from corpus import ENGLISH
from retrieval.folding import fold
from retrieval.words import STOP_WORDS


class Capitals(Enum):
    """What a word written with a capital inside a sentence is."""

    NAMES = auto()  # a name
    NOUNS = auto()  # a noun; two together are mostly a name
    NONE = auto()  # nothing: there are no capitals, or it is not known


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of a language.

    ``stemmer`` is Snowball's name for it, empty where there is none. ``stop_words`` name nothing. ``asking`` are the
    words that ask, each as a regular expression, with the English ones that ask for the same: the longer before those
    they hold. ``capitals`` says what a capital inside a sentence marks. ``numerals`` are the
    words and characters for numbers, ``calendar`` those for days, months and hours. ``prefix`` is what is written
    together with a word though it is none of it ("l'histoire"). ``endings`` are replaced in turn before a word is
    stemmed, and ``left`` is what is taken off the end of the stem, both because the stemmer wants the accents that
    people leave out.
    """

    stemmer: str = ""
    stop_words: frozenset[str] = frozenset()
    asking: tuple[tuple[str, str], ...] = ()
    capitals: Capitals = Capitals.NONE
    numerals: frozenset[str] = frozenset()
    calendar: frozenset[str] = frozenset()
    prefix: str = ""
    endings: tuple[tuple[str, str], ...] = ()
    left: str = ""


UNKNOWN = Language()

_SPANISH = """
    a al algo alguien algun alguna algunas alguno algunos alla alli ambas ambos ante antes aqui asi aun aunque bajo
    bien cada casi como con contra cual cuales cualquier cuando cuanta cuantas cuanto cuantos cuya cuyo de del desde
    despues donde durante e el ella ellas ello ellos en entonces entre era eran eres es esa esas ese eso esos esta
    estaba estaban estan estar estas este esto estos estoy fue fueron ha haber habia habian han has hasta hay he
    incluso la las le les lo los mas me mi mis mientras misma mismas mismo mismos mucha muchas mucho muchos muy nada
    nadie ni ningun ninguna ninguno no nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros
    para pero poca poco por porque pues puede pueden que quien quienes se sea sean segun ser si sido siempre sin
    sino sobre solo son su sus suya suyo tal tambien tampoco tan tanto te tener tenia tiene tienen toda todas
    todavia todo todos tras tu tus u un una unas uno unos usted ustedes y ya yo
"""
_GERMAN = """
    aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus bei beim
    bevor bin bis bist da dabei dadurch dafur dagegen daher damit danach dann daran darauf daraus darf darin daruber
    darum das dass dein deine dem den denen denn der deren des deshalb dessen die dies diese diesem diesen dieser
    dieses doch dort du durch durfen ein eine einem einen einer eines er es etwa etwas euch euer fur gegen gewesen
    hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in
    indem ins ist ja je jede jedem jeden jeder jedes jedoch jene jener jetzt kann kein keine keinem keinen keiner
    konnen konnte konnten man mehr mein meine mich mir mit mochte muss mussen musste nach nachdem nicht nichts noch
    nun nur ob obwohl oder ohne schon sehr sein seine seinem seinen seiner seines seit selbst sich sie sind so
    sobald sogar solche solcher soll sollen sollte sondern sonst sowie sowohl uber um und uns unser unsere unter
    viel viele vielen vom von vor wahrend wann war ware waren warum was weder wegen weil welche welchem welchen
    welcher welches wem wen wenn wer werde werden wessen wie wieder wieso will wir wird wo wobei wodurch wofur woher
    wohin wohl wollen worden wurde wurden zu zum zur zwar zwischen
"""
_FRENCH = """
    a afin ai ainsi alors apres as au aucun aucune aussi autre autres aux avaient avait avant avec avez avoir avons
    ayant c car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez ci combien comme comment
    contre d dans de depuis des donc dont du durant elle elles en encore entre es est et etaient etait etant ete
    etes etre eu eux faut furent fut hors il ils j jamais je jusqu jusque l la laquelle le lequel les lesquelles
    lesquels leur leurs lors lorsqu lorsque lui m ma mais malgre me meme memes mes moi moins mon n ni nos notre nous
    on ont or ou par parce parmi pas pendant peu peut peuvent plus plusieurs pour pourquoi puis puisque qu quand que
    quel quelle quelles quelque quelques quels qui quoi s sa sans se selon sera seront ses si soi soit son sont sous
    sur t ta tandis tant te tel telle telles tels tes toi ton tous tout toute toutes tres trop tu un une va vers
    voici voila vos votre vous y
"""
_RUSSIAN = """
    а без более бы был была были было быть в вам вами вас ваш ваша ваше ваши весь во вот все всего всей всем всех
    всю вся вы где да для до его ее ей ему если есть еще же за здесь и из или им ими их к как какая каким каких
    какие какого какое какой каком какую ко кого когда кому которая которого которое которой котором которую которые
    который которым которых кто куда ли либо лишь между меня мне может можно мои мой мое моя мы на над надо нам нами
    нас наш наша наше наши не него нее ней нельзя нем нет ни них но ну о об однако он она они оно от откуда очень
    перед по под после потому почему при про с сам сама сами само свое своего своей свои своих свой своя со сколько
    та так такая такие такой там те тебя тем то тогда того тоже той только том тот ту тут ты у уже хотя чего чей чем
    чему через что чтобы чья эта эти этим этих это этого этой этом этому этот эту я
"""
_ARABIC = """
    في من الي علي عن مع هذا هذه ذلك تلك هولاء اوليك التي الذي الذين اللاتي ما ماذا متي اين كيف كم بكم لماذا هل اي
    ايه لم لن لا ليس ليست ان انه انها انهم كان كانت كانوا يكون تكون قد لقد هو هي هم هن هما انا نحن انت انتم او ام ثم
    بل لكن حتي اذا اذ كل كلا بعض غير بين عند عندما منذ خلال قبل بعد تحت فوق امام خلف حول دون سوي كما لدي لدينا له
    لها لهم لنا به بها بهم بنا فيه فيها فيهم منه منها منهم عليه عليها عليهم اليه اليها عنه عنها ذات ايضا فقط هناك
    هنا الان يمكن حيث لان لانه مثل كذلك يا جدا احد
"""
# Chinese has no spaces: these are cut out of its text, the longest first. Traditional forms stand beside them.
_CHINESE = """
    什么时候 什麼時候 什么 什麼 怎么样 怎么 怎麼 怎样 怎樣 为什么 為什麼 为何 為何 如何 哪里 哪裡 哪儿 哪些 哪个
    哪個 哪位 哪一 哪 谁 誰 几点 幾點 几个 幾個 几 幾 多少 多久 多长 多長 多大 多高 多远 多遠 是否 有没有 有沒有
    能不能 可不可以 是不是 请问 請問 吗 嗎 呢 吧 啊 的 了 是 在 和 与 與 以及 及 或者 或 也 都 就 被 把 这个 這個
    那个 那個 这些 這些 那些 这 這 那 它们 他们 她们 我们 你们 我 你 您 他 她 它 们 們 并且 而且 而 但是 但 因为
    因為 所以 如果 虽然 雖然 由于 由於 对于 對於 关于 關於 可以 能够 能夠 有 从 從 于 於 之
"""
# In Japanese they stand at the edges of a run of hiragana, or ask, among Chinese characters.
_JAPANESE = """
    は が を に で と も の へ や か ね よ な には では とは へは からは までは にも でも とも のは のが のを のに
    よね から まで より など こと もの ため とき ところ よう それ これ あれ その この あの ここ そこ どこ どれ どの
    どんな どう どうして どのように どのくらい なぜ なに いつ いくら いくつ だれ どなた です でした でしょう ます
    ました ません ませんでした まして だ だった である であり する した して しない し され された される できる
    できます できません いる います いました いて ある あります ありました ありません あり なる なります なりました
    なった なり れる られる られ ない なく て た ください および または しかし そして また ので ば たら なら
    について において による により によって として という だけ のみ 何時 何人 何年 何月 何日 何曜日 何歳 何回 何名
    何冊 何個 何本 何枚 何台 何階 何円 何 誰
"""

_SPANISH_NUMERALS = """
    uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
    dieciocho diecinueve veinte veintiuno veintidos treinta cuarenta cincuenta sesenta setenta ochenta noventa cien
    ciento cientos doscientos trescientos quinientos mil miles millon millones docena medio media mitad
"""
_SPANISH_CALENDAR = """
    lunes martes miercoles jueves viernes sabado sabados domingo domingos enero febrero marzo abril mayo junio julio
    agosto septiembre octubre noviembre diciembre primavera verano otono invierno dia dias semana semanas mes meses
    ano anos siglo hora horas mediodia medianoche tarde noche hoy manana ayer diario diariamente
"""
_GERMAN_NUMERALS = """
    zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn
    neunzehn zwanzig einundzwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig hundert tausend million
    millionen dutzend halb halbe halbes halfte
"""
_GERMAN_CALENDAR = """
    montag montags dienstag dienstags mittwoch mittwochs donnerstag donnerstags freitag freitags samstag samstags
    sonnabend sonntag sonntags januar februar marz april mai juni juli august september oktober november dezember
    fruhling fruhjahr sommer herbst winter tag tage tagen taglich woche wochen monat monate monats jahr jahre jahren
    jahrhundert uhr stunde stunden mittag mitternacht morgen abend abends nacht heute gestern
"""
_FRENCH_NUMERALS = """
    deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts trente
    quarante cinquante soixante cent cents mille million millions milliard milliards dizaine douzaine vingtaine
    trentaine centaine millier milliers demi demie moitie
"""
_FRENCH_CALENDAR = """
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre
    octobre novembre decembre printemps ete automne hiver jour jours semaine semaines mois an ans annee annees
    siecle heure heures h midi minuit matin soir nuit hier demain
"""
_RUSSIAN_NUMERALS = """
    один одна одно одну одного два две двух три трех четыре четырех пять пяти шесть шести семь семи восемь восьми
    девять девяти десять десяти одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать
    восемнадцать девятнадцать двадцать двадцати тридцать тридцати сорок сорока пятьдесят шестьдесят семьдесят
    восемьдесят девяносто сто ста двести триста пятьсот тысяча тысячи тысяч миллион миллиона миллионов полтора
    половина дюжина
"""
_RUSSIAN_CALENDAR = """
    понедельник понедельника вторник вторника среда среду среды четверг четверга пятница пятницу пятницы суббота
    субботу субботы воскресенье воскресенья январь января феврале февраль февраля март марта апрель апреля май мая
    июнь июня июль июля август августа сентябрь сентября октябрь октября ноябрь ноября декабрь декабря весна весной
    весны лето летом лета осень осенью осени зима зимой зимы день дня дней неделя неделю недели месяц месяца месяцев
    год года году лет век века веке час часа часов полдень полночь утром вечером ночью сегодня вчера завтра
"""
_ARABIC_NUMERALS = """
    واحد واحده اثنان اثنين ثلاثه ثلاث اربعه اربع خمسه خمس سته ست سبعه سبع ثمانيه ثماني ثمان تسعه تسع عشره عشر عشرون
    عشرين ثلاثون ثلاثين اربعون اربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين مايه مايتان مايتين
    الف الاف مليون ملايين نصف ربع
"""
_ARABIC_CALENDAR = """
    الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر
    نوفمبر ديسمبر ربيع صيف خريف شتاء الربيع الصيف الخريف الشتاء يوم ايام اسبوع شهر اشهر سنه سنوات عام اعوام قرن ساعه
    الساعه ظهرا صباحا مساء ليلا اليوم امس غدا
"""
_CHINESE_NUMERALS = """
    二 两 兩 三 四 五 六 七 八 九 十 百 千 万 萬 亿 億 半
"""
_CHINESE_CALENDAR = """
    年 月 日 周 点 點 时 時 春 夏 秋 冬 天 晚 今 昨
"""
_JAPANESE_NUMERALS = """
    二 三 四 五 六 七 八 九 十 百 千 万 億 半
"""
_JAPANESE_CALENDAR = """
    年 月 日 曜 時 週 春 夏 秋 冬 朝 晩 今 昨
"""


@cache
def language(code: str) -> Language:
    """What is known of the language with an ISO 639-1 code."""
    return _languages().get(code, UNKNOWN)


@cache
def _languages() -> dict[str, Language]:
    return {
        ENGLISH: Language("english", STOP_WORDS, capitals=Capitals.NAMES),
        "es": Language(
            "spanish",
            _words(_SPANISH),
            (
                (r"\bcuant[oa]s\b", "how many"),
                (r"\bcuanto tiempo\b|\bcuanto dura", "how long"),
                (r"\bque edad\b|\bcuantos anos tiene", "how old"),
                (r"\bcuant[oa]\b|\bque precio\b", "how much"),
                (r"\bcuando\b|\bque (?:dia|fecha|hora|ano|mes|siglo)s?\b", "when"),
                (r"\b(?:a|de)?donde\b", "where"),
                (r"\bquien (?:es|era|fue) (?:el|la)\b", "who is the"),
                (r"\bquien(?:es)?\b", "who"),
                (r"\bpor que\b", "why"),
                (r"\bcomo\b", "how"),
                (r"\bque\b|\bcual(?:es)?\b", "what"),
            ),
            capitals=Capitals.NAMES,
            endings=((r"ion$", "ión"),),
            left="i",
            numerals=_words(_SPANISH_NUMERALS),
            calendar=_words(_SPANISH_CALENDAR),
        ),
        "de": Language(
            "german",
            _words(_GERMAN),
            (
                (r"\bwie ?viele\b", "how many"),
                (r"\bwie ?viel uhr\b", "when"),
                (r"\bwie lange?\b", "how long"),
                (r"\bwie alt\b", "how old"),
                (r"\bwie ?viel\b|\bwie (?:hoch|teuer|gross|weit|schwer|breit|tief|oft)\b|\bwas kostet\b", "how much"),
                (r"\bwann\b|\bwelche[mnrs]? (?:tag|datum|jahr|monat|jahrhundert|uhrzeit)|\bwie spat\b", "when"),
                (r"\bwo\b|\bwohin\b|\bwoher\b", "where"),
                (r"\bwer (?:ist|war)\b", "who is the"),
                (r"\bwer\b|\bwen\b|\bwem\b|\bwessen\b", "who"),
                (r"\bwarum\b|\bweshalb\b|\bwieso\b|\bweswegen\b", "why"),
                (r"\bwie\b", "how"),
                (r"\bwas\b|\bwelche[mnrs]?\b|\bwo(?:r?mit|durch|fur|r?aus|von|zu|r?auf|r?an|r?uber|r?in)\b", "what"),
            ),
            capitals=Capitals.NOUNS,
            numerals=_words(_GERMAN_NUMERALS),
            calendar=_words(_GERMAN_CALENDAR),
        ),
        "fr": Language(
            "french",
            _words(_FRENCH),
            (
                (r"\bcombien de temps\b", "how long"),
                (r"\bquel age\b", "how old"),
                (r"\bcombien (?:coute|vaut|paie|faut|mesure)|\bquel (?:est le )?(?:prix|tarif|montant)", "how much"),
                (r"\bcombien\b", "how many"),
                (r"\bquand\b|\bquel(?:le)?s? (?:jour|date|heure|annee|mois|siecle)s?\b", "when"),
                (r"\bou\b", "where"),
                (r"\bqui (?:est|etait) l[ea]?\b", "who is the"),
                (r"\bqui\b", "who"),
                (r"\bpourquoi\b", "why"),
                (r"\bcomment\b", "how"),
                (r"\bqu['e]|\bquoi\b|\bquel(?:le)?s?\b|\blaquelle\b|\blequel\b", "what"),
                (r"^est-ce\b", "is"),
            ),
            capitals=Capitals.NAMES,
            prefix=r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'",
            endings=((r"ee(s?)$", r"ée\1"), (r"iere(s?)$", r"ière\1"), (r"ite(s?)$", r"ité\1")),
            numerals=_words(_FRENCH_NUMERALS),
            calendar=_words(_FRENCH_CALENDAR),
        ),
        "ru": Language(
            "russian",
            _words(_RUSSIAN),
            (
                (r"\bсколько лет\b", "how old"),
                (r"\bсколько (?:стоит|стоят|весит|длится)|\bкакова? (?:цена|стоимость|высота|длина)", "how much"),
                (r"\bкак долго\b|\bсколько времени\b", "how long"),
                (r"\bсколько\b", "how many"),
                (r"\bкогда\b|\bв како(?:м|й) (?:год|день|месяц|веке|час)|\bкакого числа\b", "when"),
                (r"\bво сколько\b|\bв котором часу\b", "when"),
                (r"\bгде\b|\bкуда\b|\bоткуда\b", "where"),
                (r"\bкто\b|\bкого\b|\bкому\b|\bкем\b|\bчей\b|\bчья\b", "who"),
                (r"\bпочему\b|\bзачем\b|\bотчего\b", "why"),
                (r"\bкак\b", "how"),
                (r"\bчто\b|\bчем\b|\bчего\b|\bкак(?:ой|ая|ое|ие|ого|ую|им|их|ом)\b", "what"),
                (r"\bли\b", "is"),
            ),
            capitals=Capitals.NAMES,
            left="е",
            numerals=_words(_RUSSIAN_NUMERALS),
            calendar=_words(_RUSSIAN_CALENDAR),
        ),
        "ar": Language(
            "arabic",
            _words(_ARABIC),
            (
                (r"\bبكم\b|\bكم (?:سعر|ثمن|تكلف|يكلف|تبلغ|يبلغ|رسوم|قيم)|\bما (?:سعر|ثمن|رسوم|قيمه)\b", "how much"),
                (r"\bكم (?:يستغرق|من الوقت|مده)", "how long"),
                (r"\bكم\b", "how many"),
                (r"\bمتي\b|\bاي (?:عام|سنه|يوم|شهر|ساعه|وقت)\b", "when"),
                (r"\bاين\b", "where"),
                (r"\bمن (?:هو|هي|كان|كانت)\b", "who is the"),
                (r"^من\b", "who"),
                (r"\bلماذا\b|\bلم\b", "why"),
                (r"\bكيف\b", "how"),
                (r"\bما\b|\bماذا\b|\bاي\b", "what"),
                (r"^هل\b", "is"),
            ),
            left="ا",
            prefix=r"^(?:[وف]?[بك]?ال|[وف]?لل)(?=...)|^و(?=(?:في|من|الي|علي|عن|هو|هي|هذا|هذه|ذلك|التي|الذي|كان|كانت|قد|لا|ما)$)",
            numerals=_words(_ARABIC_NUMERALS),
            calendar=_words(_ARABIC_CALENDAR),
        ),
        "zh": Language(
            "",
            _words(_CHINESE),
            (
                (r"多少钱|多少錢|价格|價格", "how much"),
                (r"多久|多长时间|多長時間", "how long"),
                (r"[几幾多][岁歲]|多大(?=年|岁|歲)", "how old"),
                (r"多[大高长長宽寬深厚重远遠快]", "how much"),
                (r"什么时候|什麼時候|何时|何時|[几幾][点點月号號]|哪[一]?[年天月日]", "when"),
                (r"(?:周|星期|礼拜|禮拜)[几幾]", "when"),
                (r"多少|[几幾](?!乎)", "how many"),
                (r"哪里|哪裡|哪儿|在哪(?!一?[年天月日])|什么地方|什麼地方", "where"),
                (r"是(?:谁|誰|哪位)[?？]?$", "who is the"),
                (r"谁|誰|哪位", "who"),
                (r"为什么|為什麼|为何|為何", "why"),
                (r"怎么|怎麼|如何|怎样|怎樣", "how"),
                (r"什么|什麼|哪", "what"),
                (r"[吗嗎][?？]?$|是否|是不是|有没有|能不能|可不可以", "is"),
            ),
            numerals=_words(_CHINESE_NUMERALS),
            calendar=_words(_CHINESE_CALENDAR),
        ),
        "ja": Language(
            "",
            _words(_JAPANESE),
            (
                (r"いくら|何(?:円|度|メートル|キロ|センチ|グラム|トン|パーセント)", "how much"),
                (r"どのくらい|どれくらい|何[時分日週年]間|何[かカヶ箇]月", "how long"),
                (r"何[歳才]", "how old"),
                (r"何[人名個回冊台本枚階]|いくつ", "how many"),
                (r"いつ|何[時年月日曜]", "when"),
                (r"どこ", "where"),
                (r"(?<=[\u30a1-\u30fc\u4e00-\u9fff])(?<![人者方])は(?:誰|だれ|どなた)(?:です|でした)", "who is the"),
                (r"誰|だれ|どなた", "who"),
                (r"なぜ|どうして|何故", "why"),
                (r"どうやって|どのように|どう", "how"),
                (r"何|なに|どの|どれ|どんな", "what"),
                (r"か[?？。]?$", "is"),
            ),
            numerals=_words(_JAPANESE_NUMERALS),
            calendar=_words(_JAPANESE_CALENDAR),
        ),
    }


def _words(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


@cache
def _asking(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), english) for pattern, english in language(code).asking)


def asked_in_english(question: str, code: str) -> tuple[str, str]:
    """The English words that ask for what ``question`` asks, "how many" for "wie viele", and what follows, folded.

    Those that stand first count, of those at one place the first in the list. Both are empty where none is known.
    """
    folded = fold(question).strip()
    found = [(match.span(), english) for pattern, english in _asking(code) if (match := pattern.search(folded))]
    if not found:
        return "", ""
    (_, end), english = min(found, key=lambda asked: asked[0][0])
    return english, folded[end:]
