# What was asked for: $distro, ${extras[@]} and ${command[@]}.

parse_arguments() {
    distro=kilted
    extras=()
    while [[ ${1:-} == -* ]]; do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --distro=* | --extra=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" && continue ;;
            --distro)
                [[ ${2:-} =~ ^(kilted|jazzy)$ ]] ||
                    fail "--distro ${2:-}: expected kilted or jazzy"
                distro=$2
                ;;
            --extra)
                [[ ${2:-} =~ ^(train|test|dashboard)$ ]] ||
                    fail "--extra ${2:-}: expected train, test or dashboard"
                extras+=("$2")
                ;;
            *) fail "unknown option $1; see ./with-ros --help" ;;
        esac
        shift 2
    done
    command=("$@")
    if (($# == 0)); then
        usage >&2
        exit 2
    fi
    if [[ " $* " == *" dashboard:=true "* || " $* " == *" ballbot_fusion dashboard "* ]]; then
        extras+=(dashboard)
    fi
    # Tests train tiny policies, so they need both.
    case "$1 ${2:-}" in
        "colcon test" | "pytest "* | "ruff "* | "mypy "* | "python -m") extras+=(train dashboard test) ;;
        "ballbot train" | "ballbot export" | "ballbot bench") extras+=(train) ;;
        "ballbot fuzz") extras+=(test) ;; # hypothesis
        "ballbot eval") if [[ " $* " == *" --report"* ]]; then extras+=(train); fi ;; # its plots
        "ballbot inspect") if [[ " $* " == *" --html"* ]]; then extras+=(train); fi ;; # its page
        "ballbot campaign") if [[ " $* " != *" --short "* ]]; then extras+=(train); fi ;; # its page
    esac
}
