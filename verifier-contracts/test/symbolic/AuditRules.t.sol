// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {MilestoneTreasury} from "../../contracts/audit/MilestoneTreasury.sol";
import {ModelRegistry} from "../../contracts/audit/ModelRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IMilestoneTreasury} from "../../contracts/audit/interfaces/IMilestoneTreasury.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {SymbolicAudits, SymbolicAuthority} from "./SymbolicAudit.sol";
import {Svm} from "./SymbolicParts.sol";

/// @notice The rules of models and milestones for all callers, times and contents at once: `halmos` executes these symbolically
/// (`make test`). Registries that say anything stand in for those of the treasury.
contract AuditRulesTest is Test {
    Svm private constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
    uint256 private constant START = 1_800_000_000;
    address private constant TIMELOCK = address(0x71E);
    address private constant GUARDIAN = address(0x9A4D);
    address private constant OWNER = address(0x0E4);
    address private constant PAYEE = address(0x9A4E);

    SymbolicAuthority private authority;
    SymbolicAudits private parts;
    ModelRegistry private models;
    MilestoneTreasury private treasury;

    function setUp() public {
        vm.warp(START);
        authority = new SymbolicAuthority();
        authority.allow(TIMELOCK, ModelRegistry.restore.selector);
        authority.allow(TIMELOCK, ModelRegistry.setMinimumBond.selector);
        authority.allow(TIMELOCK, ModelRegistry.setAuditRegistry.selector);
        authority.allow(TIMELOCK, MilestoneTreasury.create.selector);
        authority.allow(GUARDIAN, ModelRegistry.flag.selector);
        authority.allow(GUARDIAN, ModelRegistry.halt.selector);
        models = new ModelRegistry(address(authority), TIMELOCK, 1 ether);
        vm.deal(OWNER, 10 ether);
        vm.prank(OWNER);
        models.register{value: 2 ether}(7, 0, "");
        parts = new SymbolicAudits();
        treasury = new MilestoneTreasury(address(authority), TIMELOCK, IAuditRegistry(address(parts)));
        vm.deal(TIMELOCK, 10 ether);
        set(IModelRegistry.Status.Active, false, false, 0, 0, 0);
        vm.prank(TIMELOCK);
        treasury.create{value: 1 ether}(1, 2, PAYEE, address(0), 1 ether, uint40(START + 1000));
    }

    // ---- models

    /// @dev By any call of anyone but the timelock: a status never gets better, and what identifies a model never changes.
    function check_Attack31_NobodyElseMakesAStatusBetter(address sender, uint8 worse) public {
        if (worse & 1 != 0) {
            vm.prank(GUARDIAN);
            models.flag(1, "");
        }
        if (worse & 2 != 0) {
            vm.prank(GUARDIAN);
            models.halt(1, "");
        }
        vm.assume(sender != TIMELOCK);
        IModelRegistry.Model memory before = models.model(1);
        vm.prank(sender);
        (bool done,) = address(models).call(svm.createCalldata("ModelRegistry"));
        if (!done) return;
        IModelRegistry.Model memory afterwards = models.model(1);
        assert(afterwards.status >= before.status);
        assert(afterwards.status == before.status || sender == GUARDIAN || sender == models.audits());
        assert(afterwards.owner == before.owner && afterwards.commitment == before.commitment);
        assert(afterwards.bond >= before.bond || sender == OWNER || sender == models.audits());
        assert(!before.retired || afterwards.retired);
    }

    // ---- milestones

    /// @dev Whatever attestation and model say, at any time, from anyone: paid exactly where all conditions hold.
    function check_Attack30_PaidExactlyWhenAllHolds(
        address sender,
        uint256 at,
        uint8 status,
        bool retired,
        bool valid,
        uint256 model,
        uint256 policy,
        uint40 issuedAt
    ) public {
        vm.assume(status <= uint8(IModelRegistry.Status.Halted));
        vm.warp(at);
        set(IModelRegistry.Status(status), retired, valid, model, policy, issuedAt);
        uint256 before = PAYEE.balance;
        vm.prank(sender);
        (bool done,) = address(treasury).call(abi.encodeCall(MilestoneTreasury.release, (1, 5)));
        bool active = status == uint8(IModelRegistry.Status.Active) && !retired;
        bool passed = valid && model == 1 && policy == 2 && issuedAt > START;
        assert(done == (active && passed && at <= START + 1000));
        assert(PAYEE.balance == before + (done ? 1 ether : 0));
        if (!done) return;
        vm.prank(sender);
        (done,) = address(treasury).call(abi.encodeCall(MilestoneTreasury.release, (1, 5)));
        assert(!done);
        (done,) = address(treasury).call(abi.encodeCall(MilestoneTreasury.clawBack, (1)));
        assert(!done);
    }

    /// @dev The money goes back exactly where the model is halted or retired or the time is over, and then nothing is paid.
    function check_Attack30_BackExactlyWhenItIsOver(address sender, uint256 at, uint8 status, bool retired) public {
        vm.assume(status <= uint8(IModelRegistry.Status.Halted));
        vm.warp(at);
        set(IModelRegistry.Status(status), retired, true, 1, 2, uint40(START + 1));
        uint256 before = TIMELOCK.balance;
        vm.prank(sender);
        (bool done,) = address(treasury).call(abi.encodeCall(MilestoneTreasury.clawBack, (1)));
        bool over = at > START + 1000 || retired || status == uint8(IModelRegistry.Status.Halted);
        assert(done == over);
        assert(TIMELOCK.balance == before + (done ? 1 ether : 0));
        if (!done) return;
        set(IModelRegistry.Status.Active, false, true, 1, 2, uint40(START + 1));
        (done,) = address(treasury).call(abi.encodeCall(MilestoneTreasury.release, (1, 5)));
        assert(!done);
    }

    /// @dev The checks say "if it succeeds"; with these values everything does. Run by forge.
    function test_TheChecksAreNotVacuous() public {
        check_Attack30_PaidExactlyWhenAllHolds(OWNER, START + 5, 1, false, true, 1, 2, uint40(START + 1));
        assertEq(PAYEE.balance, 1 ether);
        vm.prank(TIMELOCK);
        models.setAuditRegistry(address(parts));
        vm.prank(GUARDIAN);
        models.halt(1, "");
        assertEq(uint256(models.status(1)), uint256(IModelRegistry.Status.Halted));
    }

    function set(IModelRegistry.Status status, bool retired, bool valid, uint256 model, uint256 policy, uint40 issuedAt)
        private
    {
        IAuditRegistry.Attestation memory a;
        (a.modelId, a.policyVersion, a.issuedAt) = (model, policy, issuedAt);
        a.verdict = IAuditRegistry.Verdict.Pass;
        parts.set(a, valid, status, retired);
    }
}
