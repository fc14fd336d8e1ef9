# The package: built when it has to be, and put where ROS 2 looks for it.

build_package() {
    local built=$root/build$suffix/ballbot_fusion installed=$root/install$suffix/ballbot_fusion
    # `colcon build` is about to do it by itself.
    if [[ "${command[0]} ${command[1]:-}" != "colcon build" ]] && ! package_is_built; then
        run_colcon_build
        local is_new=yes
    fi
    # What install/local_setup.bash would do, without the third of a second that it takes.
    local site
    site=$(echo "$installed"/lib/python3*/site-packages)
    export AMENT_PREFIX_PATH=$installed${AMENT_PREFIX_PATH:+:$AMENT_PREFIX_PATH}
    export PYTHONPATH=$built:$site${PYTHONPATH:+:$PYTHONPATH}
    export PATH=$installed/lib/ballbot_fusion:$PATH
    [[ ${is_new:-} ]] && compile_rays
    return 0
}

# Numba compiles when first called and keeps the result: better here than in the first launch, where
# the robot would be blind meanwhile.
compile_rays() {
    say "compiling the ray caster"
    python - <<'PYTHON' || say "it will be compiled at the first launch instead"
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.terrain import make_terrain

RayRenderer(RobotConfig(), make_terrain("flat", 0))
PYTHON
}

# Python files are linked, so that only these ask for a new build.
build_inputs() {
    {
        echo "$venv"
        cd "$root"
        cat setup.py setup.cfg package.xml "$venv/pyvenv.cfg"
        find launch config models resource -type f -not -name '*.pyc' | sort || true
    } 2>/dev/null | sha256sum | cut -d' ' -f1
}

package_is_built() {
    local stamp=$root/install$suffix/with-ros-build
    [[ -f $stamp && $(<"$stamp") == "$(build_inputs)" ]]
}

run_colcon_build() {
    local log=$root/build$suffix/with-ros-build.log started=$SECONDS
    say "building ballbot_fusion (install$suffix/)"
    mkdir -p "$root/build$suffix" "$root/install$suffix"
    touch "$root/build$suffix/COLCON_IGNORE"
    (cd "$root" && colcon build) >"$log" 2>&1 9>&- || {
        tail -n 30 "$log" >&2
        fail "colcon build failed; everything it said is in $log"
    }
    build_inputs >"$root/install$suffix/with-ros-build"
    say "built after $((SECONDS - started)) s"
}
