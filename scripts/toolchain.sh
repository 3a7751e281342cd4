# shellcheck shell=sh
# What ./ring3 and ./check build and run with: a JDK, found without starting one, and Maven. To be sourced.

toolchain_major=25

# The table of exit codes is dev.ring3.cli.ExitCode's.
exit_unsupported=3
exit_no_jdk=69
# shellcheck disable=SC2034 # used where this file is sourced
exit_bug=70

say() { printf '%s: %s\n' "$program" "$*" >&2; }

# die STATUS MESSAGE...
die() {
    die_status=$1
    shift
    say "$@"
    exit "$die_status"
}

# Sets jdk_home, jdk_version ("25.0.3") and jdk_id (names the very build, fit for a file name), or explains and exits.
#
# Order: RING3_JAVA_HOME (an explicit choice: if it will not do, nothing else is tried), JAVA_HOME, java on the PATH,
# then the usual folders, of which the JDK nearest to the version needed is taken. RING3_JDK_DIRS (colon-separated) stands
# in for the usual folders. A version is read from the file "release" that every JDK has at its root.
require_jdk() {
    jdk_home='' jdk_version='' jdk_major='' jdk_id='' jdk_rejected=''
    find_jdk && return 0
    {
        printf '%s: no JDK %s or newer was found.\n' "$program" "$toolchain_major"
        [ -z "$jdk_rejected" ] || printf 'Seen, but of no use:\n%s' "$jdk_rejected"
        printf '%s\n' \
            "Install one: a package of your distribution (openjdk-$toolchain_major-jdk, java-$toolchain_major-openjdk-devel), or a build of Eclipse" \
            'Temurin, Oracle, Azul Zulu, Amazon Corretto, BellSoft Liberica or Microsoft, by hand, with SDKMAN or Homebrew.' \
            "If there is one, name its folder: RING3_JAVA_HOME=/path/to/jdk"
    } >&2
    exit "$exit_no_jdk"
}

find_jdk() {
    if [ -n "${RING3_JAVA_HOME-}" ]; then
        consider_jdk "$RING3_JAVA_HOME" && return 0
        [ -n "$jdk_rejected" ] || reject_jdk "$RING3_JAVA_HOME" 'has no bin/java'
        jdk_rejected="$jdk_rejected  (RING3_JAVA_HOME names it, so nothing else was tried)
"
        return 1
    fi
    [ -n "${JAVA_HOME-}" ] && consider_jdk "$JAVA_HOME" && return 0
    if path_java=$(command -v java) && path_java=$(readlink -f "$path_java"); then
        consider_jdk "${path_java%/*/*}" && return 0
    fi
    if [ -n "${RING3_JDK_DIRS-}" ]; then
        saved_ifs=$IFS
        IFS=:
        set -f
        # shellcheck disable=SC2086 # split at the colons, and at nothing else
        set -- $RING3_JDK_DIRS
        set +f
        IFS=$saved_ifs
    else
        set -- /usr/lib/jvm /usr/lib64/jvm /usr/java /usr/local/java /opt /opt/java /opt/jdk /opt/jdks \
            "${SDKMAN_CANDIDATES_DIR:-${HOME-}/.sdkman/candidates}/java" "${HOME-}/.jdks" "${HOME-}/.gradle/jdks" \
            "${HOME-}/.asdf/installs/java" "${HOME-}/.local/share/mise/installs/java" \
            /Library/Java/JavaVirtualMachines "${HOME-}/Library/Java/JavaVirtualMachines" \
            /opt/homebrew/opt /usr/local/opt
    fi
    for jdk_folder in "$@"; do
        for jdk_candidate in "$jdk_folder"/* "$jdk_folder"/*/Contents/Home \
            "$jdk_folder"/openjdk*/libexec/openjdk.jdk/Contents/Home; do
            consider_jdk "$jdk_candidate"
        done
    done
    [ -n "$jdk_home" ]
}

# 0 if HOME is a JDK that will do, and nearer to the version needed than the one that was found before it
consider_jdk() {
    [ -x "$1/bin/java" ] || return 1
    if ! read_release "$1"; then
        reject_jdk "$1" 'has no readable file "release"'
        return 1
    fi
    release_major=${release_version%%[!0-9]*}
    if [ "${release_major:-0}" -lt "$toolchain_major" ]; then
        reject_jdk "$1" "is version $release_version"
        return 1
    fi
    if [ ! -x "$1/bin/javac" ]; then
        reject_jdk "$1" "is version $release_version, but has no compiler (a JRE)"
        return 1
    fi
    [ -z "$jdk_home" ] || [ "$release_major" -lt "$jdk_major" ] || return 1
    jdk_home=$1 jdk_version=$release_version jdk_major=$release_major jdk_id=$release_id
}

reject_jdk() {
    jdk_rejected="$jdk_rejected  $1 $2
"
}

# Sets release_version and release_id from HOME/release, lines of NAME="VALUE".
read_release() {
    release_version='' release_runtime='' release_vendor='' release_arch=''
    [ -r "$1/release" ] || return 1
    while IFS='=' read -r release_name release_value || [ -n "$release_name" ]; do
        release_value=${release_value#\"}
        release_value=${release_value%\"*}
        case $release_name in
            JAVA_VERSION) release_version=$release_value ;;
            JAVA_RUNTIME_VERSION) release_runtime=$release_value ;;
            IMPLEMENTOR_VERSION) release_vendor=$release_value ;;
            OS_ARCH) release_arch=$release_value ;;
        esac
    done <"$1/release"
    release_id=$release_version-$release_runtime-$release_vendor-$release_arch
    case $release_id in *[!A-Za-z0-9.+_-]*) release_id=$release_version ;; esac
    [ -n "$release_version" ]
}

require_maven() {
    command -v mvn >/dev/null 2>&1 || die "$exit_unsupported" \
        'Maven (mvn, 3.8.7 or newer) is not on the PATH, and Ring3 is built with it.' \
        'Install the package "maven" of Debian, Fedora, SDKMAN or Homebrew, and start again.'
}

# Becomes Maven in the project's root, on the JDK that was found. Call it in a subshell.
exec_maven() {
    cd "$root" || exit 1
    JAVA_HOME=$jdk_home
    # What Maven 3.8 and its libraries do would be warned about on every run.
    MAVEN_OPTS="${MAVEN_OPTS-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
    export JAVA_HOME MAVEN_OPTS
    exec mvn -B -ntp -Dstyle.color=never "$@"
}
