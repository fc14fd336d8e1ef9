# The Python environment: which one, whether it is complete, and how to complete it.
#
# A stamp in the environment says what was installed; it is written last. While something is being
# installed there is a file `incomplete`: an environment that has it when with-ros starts was
# interrupted, nobody knows where, and is made anew.

python_range="3.11, 3.12 or 3.13"
requirements=$root/tools/requirements

choose_environment() {
    suffix=""
    if ros_is_sourced; then
        suffix=-system
    elif [[ $distro != kilted ]]; then
        suffix=-$distro
    fi
    venv=$root/.venv$suffix
    local name=${suffix#-}
    export COLCON_DEFAULTS_FILE=$root/.colcon/${name:-kilted}.yaml
}

# Our own activation, when with-ros runs within with-ros, is not an installation.
ros_is_sourced() {
    [[ ${BALLBOT_FUSION_ENV:-} != "$root"/.venv* || $BALLBOT_FUSION_ENV == *-system ]] &&
        [[ -n ${ROS_DISTRO:-} && -n ${AMENT_PREFIX_PATH:-} ]] &&
        python3 -c 'import sys, importlib.util as u; sys.exit(not u.find_spec("rclpy"))'
}

# What must be installed for one part of the environment, as one short text.
wanted() {
    {
        echo "2 $venv" # the number changes when with-ros installs in another way
        cat "$venv/pyvenv.cfg" "$(lock_file "$1")"
        if [[ $1 == run && $suffix != -system ]]; then
            find "$root/tools/pip_ros" -type f -not -path '*/__pycache__/*' -print0 |
                sort -z | xargs -0 cat
        fi
    } 2>/dev/null | sha256sum | cut -d' ' -f1
}

lock_file() {
    # With an installation, pip decides what fits to what is there already.
    if [[ $suffix == -system ]]; then
        echo "$requirements/$1.in"
    else
        echo "$requirements/$distro-$1.lock"
    fi
}

is_installed() {
    [[ -x $venv/bin/python && ! -e $venv/incomplete && -f $venv/with-ros-$1 ]] &&
        [[ $(<"$venv/with-ros-$1") == "$(wanted "$1")" ]]
}

environment_is_complete() {
    local part
    for part in run ${extras[@]+"${extras[@]}"}; do
        is_installed "$part" || return 1
    done
}

set_up_environment() {
    environment_is_complete && return
    local part started=$SECONDS
    if [[ -e $venv/incomplete ]]; then
        say "an earlier set-up of ${venv##*/} was interrupted: starting again from nothing"
        rm -rf "$venv"
    fi
    [[ -x $venv/bin/python ]] && "$venv/bin/python" -c '' 2>/dev/null || create_environment
    for part in run ${extras[@]+"${extras[@]}"}; do
        is_installed "$part" || install_part "$part"
    done
    say "${venv##*/} is complete after $((SECONDS - started)) s"
}

create_environment() {
    local python options=()
    python=$(find_python)
    [[ $suffix == -system ]] && options+=(--system-site-packages)
    say "creating ${venv##*/} with $("$python" -V) ($python)"
    rm -rf "$venv"
    mkdir -p "$venv"
    touch "$venv/incomplete" "$venv/COLCON_IGNORE"
    "$python" -m venv ${options[@]+"${options[@]}"} "$venv" >&2 || {
        rm -rf "$venv"
        fail "$python -m venv failed. On Debian and Ubuntu: sudo apt install python3-venv"
    }
}

find_python() {
    local candidate found=""
    local candidates=(python3 python3.13 python3.12 python3.11)
    [[ $suffix == -system ]] && candidates=(python3) # the one that the installation was made for
    for candidate in ${PYTHON:-"${candidates[@]}"}; do
        candidate=$(command -v "$candidate") || continue
        found+=" $("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1) ($candidate)"
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            "$candidate" -c 'import venv, ensurepip' 2>/dev/null && echo "$candidate" && return
            found+=" without venv"
        fi
    done
    fail "no suitable Python: found${found:- none}; expected $python_range with its venv module." \
        "On Debian 12 and Ubuntu 24.04: sudo apt install python3 python3-venv." \
        "If you have one elsewhere: PYTHON=/path/to/python3.12 ./with-ros ..."
}

install_part() {
    local file count
    file=$(lock_file "$1")
    count=$(grep -c '^[A-Za-z]' "$file")
    say "installing '$1': $count packages of ${file#"$root/"} (a minute or two at the first time)"
    touch "$venv/incomplete"
    if [[ $suffix == -system ]]; then
        pip_install -r "$file" -c <(keep_numpy)
    else
        pip_install --no-deps -r "$file"
        [[ $1 == run ]] && install_stand_in
    fi
    # On the disk before it counts as complete, and before a robot runs beside the writing.
    sync -f "$venv"
    rm "$venv/incomplete"
    wanted "$1" >"$venv/with-ros-$1"
}

# The messages of an installation were compiled against its numpy.
keep_numpy() {
    python3 -c 'import numpy; print("numpy==" + numpy.__version__)' 2>/dev/null || true
}

# From a copy, because setuptools leaves its own files where it builds.
install_stand_in() {
    local copy=$venv/src-pip_ros
    rm -rf "$copy"
    cp -r "$root/tools/pip_ros" "$copy"
    pip_install --no-deps --no-build-isolation --force-reinstall "$copy"
    rm -rf "$copy"
}

pip_install() {
    local log=$venv/pip.log
    env -u PYTHONPATH "$venv/bin/python" -m pip install -qq --retries 2 --no-input \
        --disable-pip-version-check "$@" >"$log" 2>&1 9>&- && return
    grep -v '^WARNING' "$log" | tail -n 15 >&2 || true
    if grep -qiE 'connection|resolution|resolve|timed out|unreachable|No matching distribution' "$log"; then
        say "is the network there? The first run needs it, to download packages."
        say "Behind a proxy set https_proxy; for a mirror set PIP_INDEX_URL; then run this again."
    fi
    fail "pip failed; everything it said is in $log"
}

# Two that set up at once would break each other's environment; the second waits.
lock_if_needed() {
    environment_is_complete && package_is_built && return
    exec 9>"$root/.with-ros.lock"
    flock -n 9 && return
    say "another with-ros is setting up: waiting for it"
    flock 9
}

unlock() { exec 9>&-; }

activate() {
    if [[ ${BALLBOT_FUSION_ENV:-} != "$venv" && -n ${_ROS_WHEELS_BOOTSTRAP_COMPLETE:-} ]]; then
        # We were started from another environment of wheels: its libraries must not be found.
        unset _ROS_WHEELS_BOOTSTRAP_COMPLETE LD_LIBRARY_PATH
    fi
    export BALLBOT_FUSION_ENV=$venv VIRTUAL_ENV=$venv PATH=$venv/bin:$PATH
    unset PYTHONHOME
    if [[ $suffix != -system ]]; then
        export ROS_DISTRO=$distro
        unset AMENT_PREFIX_PATH PYTHONPATH # of an outer with-ros, or of an installation half-sourced
    fi
}
