// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {AuditRegistry} from "../../contracts/audit/AuditRegistry.sol";
import {MilestoneTreasury} from "../../contracts/audit/MilestoneTreasury.sol";
import {ModelRegistry} from "../../contracts/audit/ModelRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IMilestoneTreasury} from "../../contracts/audit/interfaces/IMilestoneTreasury.sol";
import {AuditHandler} from "./AuditHandler.sol";

/// @notice What no sequence of calls may break: no payment without a valid pass at the moment of release, no status that gets better
/// without the timelock, no attestation without its proof, one verdict for an engagement, no money from nowhere.
contract AuditInvariantTest is Test {
    AuditHandler private handler;
    ModelRegistry private models;
    AuditRegistry private audits;
    MilestoneTreasury private treasury;

    function setUp() public {
        handler = new AuditHandler();
        handler.begin();
        (models, audits, treasury) = handler.contracts();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](36);
        selectors[0] = AuditHandler.wait.selector;
        selectors[1] = AuditHandler.newModel.selector;
        selectors[2] = AuditHandler.addBond.selector;
        selectors[3] = AuditHandler.worsen.selector;
        selectors[4] = AuditHandler.restore.selector;
        selectors[5] = AuditHandler.retire.selector;
        selectors[6] = AuditHandler.withdraw.selector;
        selectors[7] = AuditHandler.collect.selector;
        selectors[8] = AuditHandler.openOne.selector;
        selectors[9] = AuditHandler.giveData.selector;
        selectors[10] = AuditHandler.object.selector;
        selectors[11] = AuditHandler.shards.selector;
        selectors[12] = AuditHandler.restart.selector;
        selectors[13] = AuditHandler.verdict.selector;
        selectors[14] = AuditHandler.enforce.selector;
        selectors[15] = AuditHandler.lapse.selector;
        selectors[16] = AuditHandler.revokeData.selector;
        selectors[17] = AuditHandler.revokeAttestation.selector;
        selectors[18] = AuditHandler.createMilestone.selector;
        selectors[19] = AuditHandler.fund.selector;
        selectors[20] = AuditHandler.release.selector;
        selectors[21] = AuditHandler.clawBack.selector;
        // Twice as often: what everything else needs first.
        selectors[22] = AuditHandler.openOne.selector;
        selectors[23] = AuditHandler.giveData.selector;
        selectors[24] = AuditHandler.shards.selector;
        selectors[25] = AuditHandler.verdict.selector;
        selectors[26] = AuditHandler.conclude.selector;
        selectors[27] = AuditHandler.conclude.selector;
        selectors[28] = AuditHandler.createMilestone.selector;
        selectors[29] = AuditHandler.releaseWithAny.selector;
        selectors[30] = AuditHandler.releaseWithAny.selector;
        selectors[31] = AuditHandler.restore.selector;
        selectors[32] = AuditHandler.earn.selector;
        selectors[33] = AuditHandler.earn.selector;
        selectors[34] = AuditHandler.earnInVain.selector;
        selectors[35] = AuditHandler.earnInVain.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    /// @dev One function, so that every sequence of calls is made once for all of them.
    function invariant_Attack08_30_31_Audits() public view {
        modelsStandAsTheirHistorySays();
        attestationsAreTheVerifiedVerdicts();
        milestonesArePaidOnce();
        moneyIsConserved();
    }

    /// @dev Better only by the timelock, worse only by guardian and audits: the handler has counted nothing else.
    function modelsStandAsTheirHistorySays() private view {
        (uint256 n,,) = handler.counts();
        assertEq(models.models(), n);
        for (uint256 i = 0; i < n; ++i) {
            AuditHandler.Model memory m = handler.model(i);
            assertEq(uint256(models.status(i + 1)), uint256(m.status));
            assertEq(models.model(i + 1).retired, m.retired);
            assertEq(models.model(i + 1).bond, m.bond);
            assertEq(audits.openEngagements(i + 1), m.open);
        }
    }

    /// @dev Exactly the verdicts that were verified are attested, each as it was, and valid exactly where it should be.
    function attestationsAreTheVerifiedVerdicts() private view {
        (, uint256 n,) = handler.counts();
        assertEq(audits.engagements(), n);
        for (uint256 i = 0; i < n; ++i) {
            AuditHandler.Engagement memory e = handler.engagement(i);
            assertEq(audits.isValid(i + 1), handler.validPass(i));
            if (!e.verified) {
                assertFalse(attested(i + 1));
                continue;
            }
            IAuditRegistry.Attestation memory a = audits.attestation(i + 1);
            assertEq(uint256(a.verdict), e.verdict);
            assertEq(a.issuedAt, e.issuedAt);
            assertEq(a.modelId, e.model + 1);
            assertEq(a.policyVersion, e.version);
            assertEq(a.revokedAt != 0, e.revoked);
        }
    }

    function attested(uint256 id) private view returns (bool) {
        try audits.attestation(id) {
            return true;
        } catch {
            return false;
        }
    }

    function milestonesArePaidOnce() private view {
        (,, uint256 n) = handler.counts();
        uint256 held = 0;
        uint256 released = 0;
        for (uint256 i = 0; i < n; ++i) {
            AuditHandler.Milestone memory t = handler.milestone(i);
            assertEq(uint256(treasury.milestone(i + 1).state), uint256(t.state));
            assertEq(treasury.milestone(i + 1).funded, t.funded);
            if (t.state == IMilestoneTreasury.State.Open) held += t.funded;
            if (t.state == IMilestoneTreasury.State.Released) released += handler.AMOUNT();
        }
        assertEq(address(treasury).balance, held);
        assertEq(handler.paid(), released);
    }

    function moneyIsConserved() private view {
        (uint256 n,,) = handler.counts();
        uint256 bonds = 0;
        for (uint256 i = 0; i < n; ++i) {
            bonds += handler.model(i).bond;
        }
        assertEq(models.slashed(), handler.slashedSum() - handler.collected());
        assertEq(address(models).balance, bonds + models.slashed());
    }

    /// @dev The calls must reach what the invariants are about, or they say nothing.
    function test_TheHandlerReachesAPaymentAndAHalt() public {
        handler.createMilestone(0, false, 100 days, true);
        handler.wait(10, false);
        for (uint256 i = 0; i < 3; ++i) {
            handler.openOne(2, false, 0);
            handler.giveData(i);
            handler.shards(i, 2, 1);
            handler.shards(i, 2, 2);
            handler.shards(i, 2, 0);
        }
        handler.verdict(0, 1, 1);
        handler.verdict(0, 1, 3);
        handler.release(0, 0);
        handler.verdict(0, 1, 0);
        handler.verdict(0, 1, 0);
        handler.release(0, 1);
        handler.release(0, 0);
        handler.release(0, 0);
        handler.verdict(1, 0, 0);
        handler.restore(0, 1);
        handler.restore(0, 2);
        handler.wait(59 days, true);
        handler.enforce(2);
        handler.collect();
        handler.createMilestone(0, false, 100 days, true);
        handler.clawBack(1);
        assertEq(handler.done("release"), 1);
        assertEq(handler.done("verdict"), 2);
        assertEq(handler.done("restore"), 1);
        assertEq(handler.done("enforce"), 1);
        assertEq(handler.done("clawBack"), 1);
        invariant_Attack08_30_31_Audits();
    }
}
