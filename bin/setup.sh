# shellcheck shell=bash
# Sourced by bin/brain and bin/test: finds a JDK and Maven, installs what is missing where that is possible, and
# knows when the launcher's image is older than the sources. Everything it says goes to standard error.

brain_project=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
brain_target=$brain_project/target
brain_image=$brain_project/brain-examples/image/target/brain
# The time at which the build of the image began. Every build of the whole project writes it. Maven empties the image
# before it builds a new one, so an interrupted build leaves an incomplete image.
brain_stamp=$brain_image/build.began
# The last part of the image that a build creates.
brain_last=$brain_image/plugins

say() {
    printf '%s\n' "$*" >&2
}

# ---- JDK and Maven ---------------------------------------------------------------------------------------------------

# Reads the JDK's own "release" file: starting a JVM to ask it would cost every command a tenth of a second.
is_jdk() {
    local line version=
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in JAVA_VERSION=*) version=${line#*=} ;; esac
    done <"$1/release"
    version=${version//[\"$'\r']/}
    version=${version%%[.+-]*}
    [ "${version:-0}" -ge 17 ] 2>/dev/null
}

jdk_on_path() {
    local javac
    javac=$(command -v javac) || return 0
    javac=$(readlink -f "$javac" 2>/dev/null || printf %s "$javac")
    dirname "$(dirname "$javac")"
}

find_jdk() {
    local home
    if [ -n "${JAVA_HOME-}" ]; then
        if is_jdk "$JAVA_HOME"; then
            export JAVA_HOME
            return 0
        fi
        say "JAVA_HOME ($JAVA_HOME) is not a JDK 17 or newer; looking for another."
    fi
    for home in "$(jdk_on_path)" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_jdk "$home"; then
            export JAVA_HOME=$home
            return 0
        fi
    done
    return 1
}

find_maven() {
    local candidate version
    for candidate in "$(command -v mvn)" "${MAVEN_HOME-}/bin/mvn" /usr/share/maven/bin/mvn; do
        [ -x "$candidate" ] || continue
        version=$("$candidate" --version 2>/dev/null)
        if [[ $version =~ Apache\ Maven\ ([0-9]+)\.([0-9]+) ]] &&
            [ "$((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2]))" -ge 3008 ]; then
            brain_maven=$candidate
            return 0
        fi
    done
    return 1
}

# Debian releases each carry one or two JDKs, and few have the browser without windows.
debian_jdk() {
    first_available openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless default-jdk-headless
}

# Prints the first of these packages that apt-get can install; the last where it knows none.
first_available() {
    local package
    for package in "$@"; do
        ! apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]' || break
    done
    printf %s "$package"
}

# A Chromium-family browser for claims by web page; where a browser is named or Playwright has downloaded one, that.
find_browser() {
    local command
    [ -z "${BRAIN_BROWSER-}" ] || return 0
    for command in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
        command -v "$command" >/dev/null && return 0
    done
    [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ] ||
        compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium*" >/dev/null
}

# Installs one where that is possible, or says what to do.
require_browser() {
    find_browser && return 0
    install_missing browser && find_browser && return 0
    say "No browser: the tests of claims by web page will fail. Install Chromium, Chrome or Edge, or set BRAIN_BROWSER."
}

# Prints what to put before a command to run it as root; fails where that needs a password.
as_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo && sudo -n true; } >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] || printf 'sudo -n'
}

# install_missing [jdk] [maven]
install_missing() {
    local root log=$brain_target/setup.log wanted package packages=
    command -v apt-get >/dev/null && root=$(as_root) || return 1
    mkdir -p "$brain_target" || return 1
    say "Installing what Brain is built and tested with ($*) with apt-get …"
    # $root is empty or two words.
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 </dev/null
    for wanted in "$@"; do
        case $wanted in
            jdk) package=$(debian_jdk) ;;
            browser) package=$(first_available chromium-headless-shell chromium) ;;
            *) package=$wanted ;;
        esac
        packages="$packages $package"
    done
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
        $packages >>"$log" 2>&1 </dev/null && return 0
    tail -n 5 "$log" >&2
    say "apt-get failed; all it said is in $log"
    return 1
}

# One line that says what is missing and what to run here.
say_missing() {
    local what="" how
    case " $* " in *" jdk "*) what="a JDK 17 or newer" ;; esac
    case " $* " in *" maven "*) what="${what:+$what and }Maven 3.8 or newer" ;; esac
    if command -v apt-get >/dev/null; then
        how="sudo apt-get update && sudo apt-get install -y"
        case " $* " in *" jdk "*) how="$how $(debian_jdk)" ;; esac
        case " $* " in *" maven "*) how="$how maven" ;; esac
    elif command -v dnf >/dev/null; then
        how="sudo dnf install -y java-devel maven"
    elif command -v brew >/dev/null; then
        how="brew install openjdk maven"
    else
        say "Brain needs $what. Install it with this system's package manager, and set JAVA_HOME and PATH."
        return
    fi
    say "Brain needs $what. Run: $how"
}

# Sets JAVA_HOME and brain_maven, and brain_missing to what of it is not here.
look_for() {
    brain_missing=
    find_jdk || brain_missing=jdk
    case " $* " in *" maven "*) ;; *) return ;; esac
    # Maven cannot tell its version without a JDK.
    if [ -n "$brain_missing" ]; then
        command -v mvn >/dev/null || brain_missing="jdk maven"
    else
        find_maven || brain_missing=maven
    fi
}

# require [jdk] [maven]: finds them or installs them, or ends the script.
require() {
    look_for "$@"
    [ -n "$brain_missing" ] || return 0
    # shellcheck disable=SC2086
    install_missing $brain_missing && look_for "$@"
    [ -n "$brain_missing" ] || return 0
    # shellcheck disable=SC2086
    say_missing $brain_missing
    exit 1
}

# ---- The launcher's image --------------------------------------------------------------------------------------------

image_is_fresh() {
    [ -e "$brain_stamp" ] && [ -d "$brain_last" ] || return 1
    # Sets the file's time to the time in it, so that files edited during the build are newer.
    touch -d "$(<"$brain_stamp")" "$brain_stamp" 2>/dev/null
    # Folders count too: their time changes when a file in them is deleted.
    [ -z "$(find "$brain_project/pom.xml" "$brain_project/.mvn" \
        "$brain_project"/brain-*/{pom.xml,src/main} \
        "$brain_project"/brain-examples/{demo,sites,launcher,demo-command,image}/{pom.xml,src/main} \
        -newer "$brain_stamp" -print 2>/dev/null | head -n 1)" ]
}

# Two locks. Build (8): whoever builds. Image (9): shared by each Brain that runs from the image, and exclusive to whoever
# replaces it. The JVMs inherit the descriptors, so a lock lasts as long as the Brain or the build that it is for, even
# when the script is killed.
open_locks() {
    mkdir -p "$brain_target" 2>/dev/null
    # Where nothing can be written nothing is built either; and without flock (macOS) one builds at a time by hand.
    if command -v flock >/dev/null && { exec 8>>"$brain_target/build.lock" 9>>"$brain_target/image.lock"; } 2>/dev/null; then
        # shellcheck disable=SC2317
        lock() { flock "$@"; }
    else
        # shellcheck disable=SC2317
        lock() { :; }
    fi
}

# lock_patiently FLOCK-ARGUMENT…: says so when it has to wait.
lock_patiently() {
    if ! lock -n "$@"; then
        say "Waiting for another bin/brain or bin/test to build …"
        lock "$@"
    fi
}

# build_image LOG MAVEN-ARGUMENT…: runs Maven in the project, with standard output and errors in LOG ("-": as they are).
build_image() {
    local log=$1
    shift
    # A build ends before a better compiled Maven pays.
    export MAVEN_OPTS=${MAVEN_OPTS-"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    if [ "$log" = - ]; then
        (cd "$brain_project" && exec "$brain_maven" -B "$@" </dev/null)
    else
        (cd "$brain_project" && exec "$brain_maven" -B "$@" </dev/null >"$log" 2>&1)
    fi
}
