import pytest

from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet, FieldChange
from kairos.crm.actions import opportunities
from kairos.crm.actions.plans import StageOfAnotherTeam
from kairos.crm.actions.stages import StageHoldsDeals, give_own_stages, share_stages, update_stage
from kairos.crm.models import Opportunity, Stage
from tests.world import World


def test_a_new_deal_takes_team_stage_currency_and_probability_from_its_salesperson(world: World) -> None:
    deal = world.ottos_deal
    assert (deal.team, deal.stage, deal.currency, deal.probability) == (world.south, world.lead_in, "TWD", 20)
    deal.refresh_from_db()
    assert deal.weighted_revenue == 18000


def test_moving_follows_the_stages_probability_unless_set_by_hand(world: World) -> None:
    deal = opportunities.move_opportunity(world.sams_deal, stage=world.talking, by=world.sam)
    assert (deal.stage, deal.probability) == (world.talking, 40)
    opportunities.update_opportunity(deal, values={"probability": 55}, by=world.sam)
    opportunities.move_opportunity(deal, stage=world.new, by=world.sam)
    assert (deal.probability, deal.is_probability_manual) == (55, True)
    opportunities.follow_stage_probability(deal, by=world.sam)
    assert (deal.probability, deal.is_probability_manual) == (10, False)


def test_a_stage_of_another_team_is_refused_and_nothing_changes(world: World) -> None:
    before = FieldChange.objects.count()
    with pytest.raises(StageOfAnotherTeam, match="“Offer” belongs to another team"):
        opportunities.move_opportunity(world.sams_deal, stage=world.offer, by=world.sam)
    world.sams_deal.refresh_from_db()
    assert (world.sams_deal.stage, FieldChange.objects.count()) == (world.new, before)


def test_another_team_brings_the_matching_stage_or_its_first(world: World) -> None:
    opportunities.move_opportunity(world.sams_deal, stage=world.talking, by=world.sam)
    deal = opportunities.update_opportunity(world.sams_deal, values={"team": world.south}, by=world.lena)
    assert (deal.team, deal.stage, deal.probability) == (world.south, world.lead_in, 20)
    opportunities.win_opportunity(deal, by=world.lena)
    opportunities.update_opportunity(deal, values={"team": world.north}, by=world.lena)
    assert (deal.stage, deal.status, deal.probability) == (world.won, "won", 100)


def test_winning_and_reopening_are_opposite(world: World) -> None:
    deal = opportunities.win_opportunity(world.tias_deal, by=world.tia)
    assert (deal.status, deal.stage, deal.probability, deal.closed_at is None) == (
        "won",
        world.won,
        100,
        False,
    )
    with pytest.raises(opportunities.AlreadyClosed):
        opportunities.win_opportunity(deal, by=world.tia)
    opportunities.reopen_opportunity(deal, by=world.tia)
    assert (deal.status, deal.stage, deal.probability, deal.closed_at) == ("open", world.new, 10, None)


def test_losing_keeps_the_stage_and_remembers_why(world: World) -> None:
    opportunities.move_opportunity(world.tias_deal, stage=world.talking, by=world.tia)
    deal = opportunities.lose_opportunity(
        world.tias_deal, by=world.tia, lost_reason=world.too_dear, lost_note="Twice the price"
    )
    assert (deal.status, deal.stage, deal.probability, deal.archived_at) == ("lost", world.talking, 0, None)
    assert (deal.lost_reason, deal.lost_note) == (world.too_dear, "Twice the price")


def test_dragging_into_the_won_stage_wins_and_out_of_it_reopens(world: World) -> None:
    deal = opportunities.move_opportunity(world.sams_deal, stage=world.won, by=world.sam)
    assert (deal.status, deal.probability) == ("won", 100)
    opportunities.move_opportunity(deal, stage=world.talking, by=world.sam)
    assert (deal.status, deal.stage, deal.probability, deal.closed_at) == ("open", world.talking, 40, None)


def test_undoing_a_win_brings_every_field_back(world: World) -> None:
    before = Opportunity.objects.values().get(pk=world.tias_deal.pk)
    opportunities.win_opportunity(world.tias_deal, by=world.tia)
    report = undo(ChangeSet.objects.latest("pk"), by=world.tia)
    after = Opportunity.objects.values().get(pk=world.tias_deal.pk)
    volatile = {"version", "updated_at"}
    assert report.conflicts == []
    assert {k: v for k, v in after.items() if k not in volatile} == {
        k: v for k, v in before.items() if k not in volatile
    }


def test_own_stages_take_the_teams_deals_along_and_back(world: World) -> None:
    copies = give_own_stages(world.north, by=world.lena)
    assert [stage.name for stage in copies] == ["New", "Talking", "Won"]
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.stage == copies[0]
    share_stages(world.north, by=world.lena)
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.stage == world.new
    assert Stage.objects.filter(team=world.north).active().count() == 0


def test_a_stages_probability_reaches_the_deals_that_follow_it(world: World) -> None:
    opportunities.update_opportunity(world.tias_deal, values={"probability": 33}, by=world.tia)
    update_stage(world.new, values={"probability": 15}, by=world.ada)
    world.sams_deal.refresh_from_db()
    world.tias_deal.refresh_from_db()
    assert (world.sams_deal.probability, world.tias_deal.probability) == (15, 33)
    with pytest.raises(StageHoldsDeals):
        update_stage(world.new, values={"team": world.south}, by=world.ada)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ada", {"Anvils", "Rockets", "Magnets"}),
        ("lena", {"Anvils", "Rockets"}),
        ("sam", {"Anvils"}),
        ("tia", {"Anvils", "Rockets"}),
        ("otto", {"Magnets"}),
        ("stranger", set()),
    ],
)
def test_each_role_sees_its_deals(world: World, who: str, seen: set[str]) -> None:
    visible = Opportunity.objects.visible_to(getattr(world, who))
    assert {deal.title for deal in visible} == seen
