// SPDX-License-Identifier: Apache-2.0
#include "sandbox/statfunctions.h"

#include <array>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Around what tells of $i: $l is -L or nothing, $f the format. In a shell of its own, so that it changes no
/// variable of the script.
constexpr auto eachPath = R"sh(stat() (
l=; [ "$1" != -L ] || { l=-L; shift; }
f=$2; shift 2; [ "$1" != -- ] || shift
r=0
for i do
case $i in -*) i=./$i ;; esac
@
done
exit $r
)
)sh"_L1;

constexpr auto byBusyBox = R"sh(busybox stat $l -c "$f" -- "$i" || r=1)sh"_L1;

/// What tells by the letter $t of the type, the mode $m, the size $s, the second $Y, the owner $u, $U by
/// number, the same of the group, and $d, which is the same for the same folder only.
constexpr auto telling =
    R"sh(case $t in f | -) t=8 ;; d) t=4 ;; l) t=a ;; p) t=1 ;; s) t=c ;; b) t=6 ;; c) t=2 ;; *) t=0 ;; esac
x="$t$(printf %03x "$m") $s $Y"
case $f in
%a) printf '%o\n' "$m" ;;
%u:%g) echo "$U:$G" ;;
%Y) echo "$Y" ;;
'%s %Y') echo "$s $Y" ;;
'%f %s %Y') echo "$x" ;;
'%f %s %Y %d:%i') echo "$x $d" ;;
'%f %s %Y %U %G %N')
if [ $t = a ]; then
k=$(readlink -- "$i" && echo x) || { r=1; continue; }
printf "%s '%s' -> '%s'\n" "$x $u $g" "$i" "${k%??}"
else printf '%s\n' "$x $u $g $i"; fi ;;
*) r=1 ;;
esac)sh"_L1;

/// GNU's. A link that leads nowhere it shows in the place of what it leads to.
constexpr auto byFind =
    R"sh(v=$(find $l "$i" -prune -printf '%y %m %s %T@ %U %G %u %g %D:%i') || { r=1; continue; }
set -f; set -- $v
[ "$l$1" != -Ll ] || { ls -dL -- "$i" >/dev/null; r=1; continue; }
t=$1 m=$((0$2)) s=$3 Y=${4%%.*} U=$5 G=$6 u=$7 g=$8 d=$9
)sh"_L1;

/// What stands before the name is of one form, whatever the name is. Days are counted from the first of March
/// of the year -4800.
constexpr auto byLs = R"sh(v=$(TZ=UTC0 LC_ALL=C ls -ldn $l --full-time -- "$i") || { r=1; continue; }
set -f; set -- $v
t=${1%"${1#?}"} p=$1 s=$5 m=0
U=$3 G=$4 u=$3 g=$4
case $t in [bc]) shift; s=0 ;; esac
bit() { case $p in $1) m=$((m + $2)) ;; esac; }
bit '?r*' 256; bit '??w*' 128; bit '???[xs]*' 64; bit '???[sS]*' 2048
bit '????r*' 32; bit '?????w*' 16; bit '??????[xs]*' 8; bit '??????[sS]*' 1024
bit '???????r*' 4; bit '????????w*' 2; bit '?????????[xt]*' 1; bit '?????????[tT]*' 512
case "$6 $7 $8" in [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' +0000') ;; *) r=1; continue ;; esac
D=${6#*-} H=${7%%.*}
M=$((1${D%-*} - 100)) D=$((1${D#*-} - 100))
a=$(((14 - M) / 12))
y=$((1${6%%-*} - 10000 + 4800 - a)) M=$((M + 12 * a - 3))
n=${H#*:}
Y=$(((D + (153 * M + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 2472633) * 86400))
Y=$((Y + (1${H%%:*} - 100) * 3600 + (1${n%:*} - 100) * 60 + 1${n#*:} - 100))
d=
case $f in *%i)
d=$(cd -P -- "$i" 2>/dev/null && pwd -P | cksum)
set -- $(ls -di $l -- "$i")
d=${d%% *}:$1 ;;
esac
)sh"_L1;

/// These get all that the function was given by their input, where there is no limit.
constexpr auto byPerl = R"sh(stat() { printf '%s\0' "$@" | perl -e '$/="\0";@a=<STDIN>;chomp@a;
$l=$a[0]eq"-L"?shift@a:"";shift@a;$f=shift@a;shift@a if@a&&$a[0]eq"--";
for$n(@a){@s=$l?stat$n:lstat$n;if(!@s){print STDERR"$n: $!\n";$r=1;next}
%v=(f=>sprintf("%x",$s[2]),s=>$s[7],Y=>$s[9],a=>sprintf("%o",$s[2]&07777),u=>$s[4],g=>$s[5],d=>$s[0],i=>$s[1]);
$v{U}=getpwuid$s[4];$v{G}=getgrgid$s[5];for(qw(U G)){$v{$_}="UNKNOWN"if!defined$v{$_}}
$k=$l?undef:readlink$n;$v{N}=defined$k?"\x27$n\x27 -> \x27$k\x27":$n;
($o=$f)=~s/%(.)/$v{$1}/g;print"$o\n"}exit($r||0)'; }
)sh"_L1;

constexpr auto byPython = R"sh(stat() { printf '%s\0' "$@" | python3 -c 'import os,sys,pwd,grp
a=sys.stdin.buffer.read().split(b"\0")[:-1]
l=a[0]==b"-L"
f=a[l+1]
a=a[l+2:]
a=a[a[:1]==[b"--"]:]
def name(of,number):
 try: return os.fsencode(of(number)[0])
 except KeyError: return b"UNKNOWN"
r=0
for n in a:
 try:
  s=os.stat(n) if l else os.lstat(n)
  k=b"" if l or s.st_mode>>12!=10 else b"\x27"+n+b"\x27 -> \x27"+os.readlink(n)+b"\x27"
 except OSError as e:
  r=1
  sys.stderr.buffer.write(n+b": "+e.strerror.encode()+b"\n")
  continue
 o=f
 for x,v in ("f","%x"%s.st_mode),("s",s.st_size),("Y",s.st_mtime_ns//10**9),("a","%o"%(s.st_mode&4095)),("u",s.st_uid),("g",s.st_gid),("d",s.st_dev),("i",s.st_ino):
  o=o.replace(b"%"+x.encode(),str(v).encode())
 o=o.replace(b"%U",name(pwd.getpwuid,s.st_uid)).replace(b"%G",name(grp.getgrgid,s.st_gid)).replace(b"%N",k or n)
 sys.stdout.buffer.write(o+b"\n")
sys.exit(r)'; }
)sh"_L1;

/// Those first that tell most, and do it fast.
std::array<QString, 5> functions()
{
    const auto each = [](const QString &body) {
        return QString(eachPath).replace(u"\n@\n"_s, u'\n' + body + u'\n');
    };
    return {
        each(byBusyBox), each(QString(byFind) + telling), QString(byPerl), QString(byPython),
        each(QString(byLs) + telling)};
}

} // namespace

QString statFunctionProbe()
{
    QString script = u"good() { case $1 in 4[0-9a-f][0-9a-f][0-9a-f]' '[0-9]*' '[0-9]*:[0-9]*) ;; "
                     "*) return 1 ;; esac; }\n"_s;
    const auto all = functions();
    for (std::size_t index = 0; index < all.size(); ++index) {
        script += (index == 0 ? u"if (\n"_s : u"elif (\n"_s) + all[index] +
                  u"good \"$(stat -L -c '%f %s %Y %d:%i' -- /.)\" && "
                  "[ \"$(stat -c '%f %s %Y' -- /.)\" ]\n); then echo stat-function "_s +
                  QString::number(index) + u'\n';
    }
    return script + u"fi\n"_s;
}

QString statFunctionIn(const QList<QByteArray> &lines)
{
    const auto all = functions();
    for (std::size_t index = 0; index < all.size(); ++index) {
        if (lines.contains("stat-function " + QByteArray::number(static_cast<qulonglong>(index)))) {
            return all[index];
        }
    }
    return {};
}

} // namespace Koyeb
