# Shared by the scripts in this folder; not to be run by itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Installs those of the given Debian packages that are missing.
need_packages() {
    local missing=() name
    command -v dpkg-query > /dev/null || { echo "not a Debian system: these packages' equivalents are needed: $*" >&2; return; }
    for name in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2> /dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo > /dev/null || fail "missing packages: ${missing[*]}; run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq || fail "apt-get update failed"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        > /dev/null || fail "apt-get could not install ${missing[*]}"
}

need_swift() {
    command -v swift > /dev/null || fail "no Swift toolchain in PATH; Sluice needs 6.3: https://www.swift.org/install/linux"
}
