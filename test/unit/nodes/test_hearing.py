from ballbot_fusion.nodes.hearing import PATIENCE_S, SETTLES_S, Hearing


def test_everybody_must_be_there_for_a_while() -> None:
    hearing = Hearing(10.0)
    assert not hearing.is_settled(10.0, hears_all=True)
    assert not hearing.is_settled(10.0 + 0.9 * SETTLES_S, hears_all=True)
    assert hearing.is_settled(10.0 + SETTLES_S, hears_all=True)


def test_who_leaves_begins_it_anew() -> None:
    hearing = Hearing(10.0)
    for now_s, hears_all in ((10.0, True), (10.2, False), (10.25, True)):
        assert not hearing.is_settled(now_s, hears_all=hears_all)
    assert not hearing.is_settled(10.2 + SETTLES_S, hears_all=True)
    assert hearing.is_settled(10.25 + SETTLES_S, hears_all=True)


def test_who_never_comes_is_not_waited_for_for_ever() -> None:
    hearing = Hearing(10.0)
    assert not hearing.is_settled(10.0 + 0.9 * PATIENCE_S, hears_all=False)
    assert hearing.is_settled(10.0 + PATIENCE_S, hears_all=False)
