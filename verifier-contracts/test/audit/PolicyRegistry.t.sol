// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Circuits} from "../../contracts/audit/Circuits.sol";
import {PolicyRegistry} from "../../contracts/audit/PolicyRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";
import {IFoldedVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";
import {IdealAudit} from "../support/IdealAudit.sol";
import {IdealVerifier} from "../support/IdealVerifier.sol";

/// @notice What the DAO can adopt, and what stays of it.
contract PolicyRegistryTest is IdealAudit {
    function setUp() public {
        deployIdeal();
    }

    function refuseTerms(IPolicyRegistry.Terms memory t, bytes memory reason) private {
        vm.prank(TIMELOCK);
        vm.expectRevert(reason);
        policies.adopt(t);
    }

    function refuseWord(uint256 place, uint256 word, bytes4 reason) private {
        IPolicyRegistry.Terms memory t = terms(SCHEMA);
        t.words[place] = word;
        refuseTerms(t, abi.encodeWithSelector(reason, place, word));
    }

    function test_WhatIsAdoptedStays() public {
        IPolicyRegistry.Policy memory p = policies.policy(version);
        assertEq(policies.policies(), 1);
        assertEq(p.schemaHash, SCHEMA);
        assertEq(p.wordsHash, keccak256(abi.encodePacked(policyWords(SCHEMA))));
        assertEq(p.adoptedAt, START);
        assertEq(p.auditors, AUDITORS);
        uint256[] memory words = new uint256[](11);
        for (uint256 i = 0; i < 11; ++i) {
            words[i] = policyWords(SCHEMA)[i];
        }
        uint256[2] memory point = verdictVerifier.foldConstants(words);
        assertEq(p.point[0], point[0]);
        bytes memory before = abi.encode(p);
        assertEq(adopt(SCHEMA + 1), 2);
        assertEq(abi.encode(policies.policy(1)), before);
        for (uint256 i = 0; i < AUDITORS; ++i) {
            assertTrue(policies.isAuditor(1, auditor(i)));
        }
        assertFalse(policies.isAuditor(1, STRANGER));
        assertFalse(policies.isAuditor(3, auditor(0)));
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.UnknownPolicy.selector, 3));
        policies.policy(3);
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.UnknownPolicy.selector, 0));
        policies.verdictTerms(0);
    }

    function test_OnlyTheTimelockAdopts() public {
        address[3] memory others = [STRANGER, GUARDIAN, DEPLOYER];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            policies.adopt(terms(SCHEMA));
        }
    }

    function test_WordsOutsideTheirFields() public {
        bytes4 reason = IPolicyRegistry.WordOutOfRange.selector;
        refuseWord(0, R, reason);
        refuseWord(1, (1 << 84) | (1 << 96), reason);
        refuseWord(2, policyWords(SCHEMA)[2] | (1 << 62), reason);
        refuseWord(9, 1 << 62, reason);
        refuseWord(10, 1 << 45, reason);
        refuseWord(10, type(uint256).max, reason);
        IPolicyRegistry.Terms memory t = terms(SCHEMA);
        t.words[2] = 0;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.NoLine.selector));
    }

    /// @dev Under a policy without proofs every model would be halted by default.
    function test_LinesThatNoProofExistsFor() public {
        bytes4 reason = IPolicyRegistry.LineUnprovable.selector;
        uint256 rates = (4 << 22) | (5 << 42);
        uint256 over = (1 << 5) | (1 << 10);
        refuseWord(1, 0, reason); // exclusion 0/0
        refuseWord(1, (7 << 84) | (7 << 72), reason); // exclusion 7/7
        refuseWord(2, over | rates, reason); // no comparison
        refuseWord(2, 3 | over | rates, reason); // two
        refuseWord(2, 2 | (1 << 10) | rates, reason); // ratio of no rate
        refuseWord(2, 2 | (3 << 5) | (1 << 10) | rates, reason); // of two rates
        refuseWord(2, 2 | (1 << 5) | rates, reason); // over no attribute
        refuseWord(2, 2 | over | (1 << 14) | rates, reason); // a ratio takes no reference
        refuseWord(2, 4 | over | rates, reason); // a reference takes one
        refuseWord(2, 4 | over | (1 << 14) | (1 << 17) | rates, reason); // majority has no name
        refuseWord(2, 8 | over | rates, reason); // accuracy takes no rate
        refuseWord(2, 16 | (1 << 10) | rates, reason); // nor balanced accuracy an attribute
        refuseWord(2, 2 | over | (4 << 22), reason); // 4/0
        refuseWord(2, 2 | over | (6 << 22) | (5 << 42), reason); // 6/5
        refuseWord(4, policyWords(SCHEMA)[2], reason); // line_2 without line_1
        refuseWord(10, 1 << 4, reason); // z over no attribute
        refuseWord(10, 1 | (1 << 5), reason); // z^2 <= 1/0
        refuseWord(10, 3 | (1 << 25), reason); // z over two attributes
    }

    function test_EveryKindOfLineIsAdopted() public {
        IPolicyRegistry.Terms memory t = terms(SCHEMA);
        uint256 bound = (1 << 21) | (5 << 22) | (5 << 42);
        for (uint256 rate = 5; rate < 10; ++rate) {
            t.words[rate - 3] = 1 | (1 << rate) | (1 << 13) | bound;
        }
        t.words[7] = 4 | (1 << 7) | (1 << 11) | (1 << 16) | (15 << 17) | bound;
        t.words[8] = 8 | bound;
        t.words[9] = 16 | bound;
        t.words[10] = 8 | (1 << 4) | (0xfffff << 5) | (1 << 25);
        t.words[1] = (1 << 96) - 1 - (1 << 72);
        vm.prank(TIMELOCK);
        assertEq(policies.adopt(t), 2);
    }

    function test_PeriodsAuditorsAndThreshold() public {
        IPolicyRegistry.Terms memory t = terms(SCHEMA);
        t.validity = 0;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.PeriodOutOfRange.selector, 0));
        t = terms(SCHEMA);
        t.dataPeriod = 0;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.PeriodOutOfRange.selector, 0));
        t = terms(SCHEMA);
        t.ackPeriod = 3650 days + 1;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.PeriodOutOfRange.selector, 3650 days + 1));
        t = terms(SCHEMA);
        t.auditPeriod = 0;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.PeriodOutOfRange.selector, 0));
        t = terms(SCHEMA);
        t.auditorThreshold = 0;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.ThresholdOutOfRange.selector, 0, AUDITORS));
        t.auditorThreshold = uint8(AUDITORS + 1);
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.ThresholdOutOfRange.selector, AUDITORS + 1, AUDITORS));
        t.auditors = new address[](0);
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.ThresholdOutOfRange.selector, AUDITORS + 1, 0));
        t.auditors = new address[](33);
        t.auditorThreshold = 1;
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.ThresholdOutOfRange.selector, 1, 33));
        t.auditors = new address[](1);
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.AuditorsNotAscending.selector, 0));
        t.auditors = new address[](2);
        (t.auditors[0], t.auditors[1]) = (address(7), address(7));
        refuseTerms(t, abi.encodeWithSelector(IPolicyRegistry.AuditorsNotAscending.selector, 1));
    }

    /// @dev A verifier of another circuit or version is told from an invalid proof when the registry is made.
    function test_Attack15_VerdictVerifierOfAnotherCircuit() public {
        refuseVerifier("verdict-s64", 1);
        refuseVerifier("verdict-s160", 2);
        refuseVerifier("shard-linear-r205", 1);
        vm.expectRevert(abi.encodeWithSelector(Circuits.NotAContract.selector, STRANGER));
        new PolicyRegistry(address(manager), IFoldedVerifier(STRANGER));
    }

    function refuseVerifier(string memory circuit, uint256 number) private {
        IdealVerifier wrong = new IdealVerifier(circuit, number);
        vm.expectRevert(abi.encodeWithSelector(Circuits.WrongCircuit.selector, address(wrong), circuit, number));
        new PolicyRegistry(address(manager), wrong);
    }
}
