// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BabyJubjub} from "./BabyJubjub.sol";
import {ElectionStore} from "./ElectionStore.sol";
import {Statements} from "./Statements.sol";
import {IBallotBox} from "./interfaces/IBallotBox.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";
import {IBallotVerifier, ICircuitVerifier, ITallyVerifier} from "./interfaces/IVerifiers.sol";

/// @title BallotBox
/// @notice Takes sealed ballots for the proposals of one Governor, sums them unopened, records the proven totals, and casts
/// them as one voter with fractional counting.
/// @dev Reentrancy: all calls to other contracts are static but the last one of `castResult`, which follows its once-flag.
/// Times are seconds. The constructor requires Governor and Electorate to count seconds, so block.timestamp is their clock.
contract BallotBox is ElectionStore, AccessManaged {
    /// @param authority_ the AccessManager that says who may configure
    /// @param governor_ Governor with fractional counting and a timestamp clock
    /// @param electorate_ Electorate that is the Governor's source of votes
    /// @param committee_ Committee
    /// @param ballotVerifier_ generated verifier of `ballot-k3-d20`, version 1
    /// @param tallyVerifier_ generated verifier of `tally-k3-t1`, version 1
    /// @param config first configuration
    constructor(
        address authority_,
        IGovernor governor_,
        IElectorate electorate_,
        ICommittee committee_,
        IBallotVerifier ballotVerifier_,
        ITallyVerifier tallyVerifier_,
        Config memory config
    ) ElectionStore(governor_, electorate_, committee_, ballotVerifier_, tallyVerifier_) AccessManaged(authority_) {
        if (address(committee_).code.length == 0) revert NotAContract(address(committee_));
        _checkClock(governor_);
        _checkClock(electorate_);
        _checkCircuit(ballotVerifier_, "ballot-k3-d20");
        _checkCircuit(tallyVerifier_, "tally-k3-t1");
        _configure(config);
    }

    /// @inheritdoc IBallotBox
    function configure(Config calldata config) external restricted {
        _configure(config);
    }

    /// @inheritdoc IBallotBox
    function open(uint256 proposalId) external {
        Election storage e = _elections[proposalId];
        if (e.opened != 0) revert AlreadyOpened(proposalId);
        _checkActive(proposalId);
        Config memory config = _config;
        _setWindow(e, proposalId, config.tallyPeriod);
        _freezeElectorate(e, proposalId);
        e.minTurnout = config.minTurnout;
        e.rule = config.rule | (electorate.weighted() ? 1 : 0);
        e.term = config.term;
        uint256[] memory keys = _checkedKeys(config.term);
        e.foldedConstants = ballotVerifier.foldConstants(_constants(e, keys));
        _writeNeutralSums(proposalId);
        _announce(e, proposalId, keys);
    }

    /// @inheritdoc IBallotBox
    /// @dev The Governor is not asked for the proposal's state: a ballot for a cancelled proposal is summed and never opened,
    /// which costs its sender a transaction; asking would cost every ballot some 10,000 gas.
    function cast(uint256 proposalId, Ballot calldata ballot) external {
        Election storage e = _elections[proposalId];
        uint256 closes = e.closes;
        if (closes == 0) revert ElectionNotOpened(proposalId);
        if (block.timestamp >= closes) revert VotingClosed(closes, block.timestamp);
        address binding = ballot.binding;
        if (binding != address(0) && binding != msg.sender) revert BoundToAnother(binding, msg.sender);
        uint256[] memory words = ballot.words;
        _checkWords(words, BALLOT_WORDS);
        _spend(proposalId, words[0]);

        uint256 gamma =
            Statements.ballotGamma(Statements.electionId(address(this), proposalId), ballot.h, binding, words);
        ballotVerifier.verifyFolded(e.foldedConstants, ballot.proof, [ballot.h, gamma, Statements.fold(gamma, words)]);
        uint256[] calldata ciphertext = ballot.words[1:];
        _addToSums(proposalId, ciphertext);
        // At most `size` <= 2^20 nullifiers verify.
        e.ballots += 1;
        emit BallotCast(proposalId, words[0], Statements.ballotDigest(ballot, words), ciphertext);
    }

    /// @inheritdoc IBallotBox
    /// @dev A trustee may post again, to mend a mistake: readers take the last event, whose digest is the one stored.
    function postShare(uint256 proposalId, uint256 trustee, uint256[] calldata share) external {
        Election storage e = _elections[proposalId];
        _checkTallying(e, proposalId);
        address expected = committee.trusteeOf(e.term, trustee);
        if (msg.sender != expected) revert NotTheTrustee(trustee, expected, msg.sender);
        _checkWords(share, SHARE_WORDS);
        bytes32 digest = keccak256(abi.encodePacked(share));
        _shares[proposalId][trustee] = digest;
        emit SharePosted(proposalId, trustee, digest, share);
    }

    /// @inheritdoc IBallotBox
    /// @dev Needs no posted share: the proof alone says that the totals are right.
    function tally(uint256 proposalId, uint256 subset, uint256[] calldata totals_, uint256 h, uint256[8] calldata proof)
        external
    {
        Election storage e = _elections[proposalId];
        _checkTallying(e, proposalId);
        // Terms have one trustee in this version, whose bit is the lowest.
        if (subset != 1) revert WrongSubset(subset);
        _checkTotals(e, totals_);

        uint256[] memory words = _tallyWords(e, proposalId, totals_);
        uint256 gamma = Statements.tallyGamma(h, words);
        tallyVerifier.verifyProof(proof, [h, gamma, Statements.fold(gamma, words)]);

        e.tallied = true;
        for (uint256 k = 0; k < OPTIONS; ++k) {
            e.totals[k] = SafeCast.toUint64(totals_[k]);
        }
        emit Tallied(proposalId, e.ballots, totals_);
    }

    /// @inheritdoc IBallotBox
    /// @dev The reason stays empty: text would leak. The Governor refuses a vote outside its own window.
    function castResult(uint256 proposalId) external {
        Election storage e = _elections[proposalId];
        if (!e.tallied) revert NotTallied(proposalId);
        if (e.resultCast) revert ResultAlreadyCast(proposalId);
        e.resultCast = true;
        uint256 unit = electorate.unit();
        uint128 against = SafeCast.toUint128(e.totals[0] * unit);
        uint128 for_ = SafeCast.toUint128(e.totals[1] * unit);
        uint128 abstain = SafeCast.toUint128(e.totals[2] * unit);
        emit ResultCast(proposalId, against, for_, abstain);
        governor.castVoteWithReasonAndParams(proposalId, FRACTIONAL, "", abi.encodePacked(against, for_, abstain));
    }

    /// @dev Only rules that a ballot can satisfy are stored, so `open` need not look at them again.
    function _configure(Config memory config) private {
        if (config.rule != RULE_SINGLE_OF_THREE) revert UnsupportedRule(config.rule);
        if (config.tallyPeriod == 0) revert TallyPeriodZero();
        if (config.minTurnout < 2) revert MinTurnoutTooSmall(config.minTurnout);
        _config = config;
        emit Configured(config.rule, config.term, config.tallyPeriod, config.minTurnout);
    }

    /// @dev Seconds, or the windows mean nothing.
    function _checkClock(IERC6372 account) private view {
        if (address(account).code.length == 0) revert NotAContract(address(account));
        if (keccak256(bytes(account.CLOCK_MODE())) != keccak256("mode=timestamp")) {
            revert ClockNotTimestamp(address(account));
        }
    }

    /// @dev A verifier for another statement is refused here, not as "proof invalid" later.
    function _checkCircuit(ICircuitVerifier verifier, string memory circuit) private view {
        if (address(verifier).code.length == 0) revert NotAContract(address(verifier));
        string memory actual = verifier.CIRCUIT();
        uint256 version = verifier.VERSION();
        if (keccak256(bytes(actual)) != keccak256(bytes(circuit)) || version != 1) {
            revert WrongCircuit(address(verifier), actual, version);
        }
    }

    /// @dev Ballots from now on; the end of the proposal's voting period is kept for the tally.
    function _setWindow(Election storage e, uint256 proposalId, uint256 tallyPeriod) private {
        uint256 deadline = governor.proposalDeadline(proposalId);
        uint256 closes = deadline > tallyPeriod ? deadline - tallyPeriod : 0;
        if (closes <= block.timestamp) revert NoTimeToVote(closes, block.timestamp);
        e.opened = SafeCast.toUint48(block.timestamp);
        e.closes = SafeCast.toUint48(closes);
        e.tallyBy = SafeCast.toUint48(deadline);
    }

    /// @dev The members as they were at the proposal's snapshot, for whom the box must hold enough votes.
    function _freezeElectorate(Election storage e, uint256 proposalId) private {
        uint256 snapshot = governor.proposalSnapshot(proposalId);
        (uint256 root, uint256 size, uint256 weight) = electorate.checkpointAt(snapshot);
        if (size == 0 || size > MAX_SIZE) revert ElectorateSizeUnsupported(size);
        if (root == 0) revert ElectorateRootZero();
        uint256 required = weight * electorate.unit();
        uint256 held = governor.getVotes(address(this), snapshot);
        if (held < required) revert BoxLacksVotes(required, held);
        e.root = root;
        e.size = SafeCast.toUint32(size);
        e.totalWeight = SafeCast.toUint64(weight);
        e.scope = Statements.scope(address(this), address(governor), proposalId, root);
    }

    /// @dev Says what was fixed.
    function _announce(Election storage e, uint256 proposalId, uint256[] memory keys) private {
        emit ElectionOpened(proposalId, e.root, e.size, e.scope, e.rule, e.term, keys, e.opened, e.closes, e.tallyBy);
    }

    /// @dev Up for votes in the Governor: not cancelled, not over. Reverts as the Governor does where there is no proposal.
    function _checkActive(uint256 proposalId) private view {
        IGovernor.ProposalState state = governor.state(proposalId);
        if (state != IGovernor.ProposalState.Active) revert ProposalNotActive(proposalId, state);
    }

    /// @dev Closed with enough ballots, not yet tallied, not too late, and still of use. Shares need the same: what cannot be
    /// counted should not be opened.
    function _checkTallying(Election storage e, uint256 proposalId) private view {
        if (e.opened == 0) revert ElectionNotOpened(proposalId);
        if (e.tallied) revert AlreadyTallied(proposalId);
        if (block.timestamp < e.closes) revert VotingNotClosed(e.closes, block.timestamp);
        if (block.timestamp > e.tallyBy) revert TallyingClosed(e.tallyBy, block.timestamp);
        if (e.ballots < e.minTurnout) revert TurnoutTooLow(e.ballots, e.minTurnout);
        _checkActive(proposalId);
    }

    /// @dev The ballots' proofs bound the sum already; this is a second lock.
    function _checkTotals(Election storage e, uint256[] calldata totals_) private view {
        if (totals_.length != OPTIONS) revert WrongNumberOfWords(OPTIONS, totals_.length);
        uint256 sum = 0;
        for (uint256 k = 0; k < OPTIONS; ++k) {
            if (totals_[k] >= TOTAL_BOUND) revert TotalTooLarge(k, totals_[k]);
            sum += totals_[k];
        }
        if (sum > e.totalWeight) revert TotalsExceedWeight(sum, e.totalWeight);
    }

    /// @dev Right number of words, each below r: a word and the word + r would fold to the same e.
    function _checkWords(uint256[] memory words, uint256 expected) private pure {
        if (words.length != expected) revert WrongNumberOfWords(expected, words.length);
        uint256 place = Statements.firstOutside(words);
        if (place != expected) revert WordNotInField(place, words[place]);
    }

    /// @dev The election's keys, x and y per option, from a term that the circuits can serve.
    function _checkedKeys(uint256 term) private view returns (uint256[] memory) {
        (, uint256 threshold, uint256 options) = committee.termInfo(term);
        if (options != OPTIONS || threshold != 1) revert UnsupportedTerm(term, options, threshold);
        return _flat(committee.electionKeys(term));
    }

    /// @dev The ballot circuit's leading public inputs, in their order.
    function _constants(Election storage e, uint256[] memory keys) private view returns (uint256[] memory list) {
        list = new uint256[](4 + 2 * OPTIONS);
        (list[0], list[1], list[2], list[3]) = (e.root, e.size, e.scope, e.rule);
        for (uint256 i = 0; i < 2 * OPTIONS; ++i) {
            list[4 + i] = keys[i];
        }
    }

    /// @dev The tally circuit's words, in their order: context, sums, the trustee's keys, totals.
    function _tallyWords(Election storage e, uint256 proposalId, uint256[] calldata totals_)
        private
        view
        returns (uint256[] memory words)
    {
        uint256 at = 1 + CIPHERTEXT_WORDS;
        words = new uint256[](at + 3 * OPTIONS);
        words[0] = _context(e, proposalId);
        _readSums(proposalId, words, 1);
        uint256[] memory keys = _flat(committee.keys(e.term, 0));
        for (uint256 i = 0; i < 2 * OPTIONS; ++i) {
            words[at++] = keys[i];
        }
        for (uint256 k = 0; k < OPTIONS; ++k) {
            words[at++] = totals_[k];
        }
    }

    /// @dev The neutral element (0, 1) everywhere, with r written for 0: a slot that is not 0 is cheap to change, so the first
    /// ballot pays no more than the next. Readers reduce.
    function _writeNeutralSums(uint256 proposalId) private {
        uint256[CIPHERTEXT_WORDS] storage sums = _sums[proposalId];
        for (uint256 i = 0; i < CIPHERTEXT_WORDS; i += 2) {
            (sums[i], sums[i + 1]) = (BabyJubjub.R, 1);
        }
    }

    /// @dev Marks a nullifier, once per election.
    function _spend(uint256 proposalId, uint256 nullifier) private {
        mapping(uint256 => bool) storage spent = _spent[proposalId];
        if (spent[nullifier]) revert NullifierSpent(nullifier);
        spent[nullifier] = true;
    }

    /// @dev Adds a ballot's points. They need no check: the circuit proves each to be a sum of multiples of points of the
    /// curve, and both words of each are bound by the proof.
    function _addToSums(uint256 proposalId, uint256[] calldata ciphertext) private {
        uint256[CIPHERTEXT_WORDS] storage sums = _sums[proposalId];
        uint256[] memory added = new uint256[](CIPHERTEXT_WORDS);
        uint256 n = CIPHERTEXT_WORDS;
        // Both loops run over exactly the n slots and the n words; assembly saves two bounds checks for each.
        assembly ("memory-safe") {
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                mstore(add(add(added, 0x20), mul(i, 0x20)), sload(add(sums.slot, i)))
            }
        }
        BabyJubjub.addTo(added, ciphertext);
        assembly ("memory-safe") {
            for { let i := 0 } lt(i, n) { i := add(i, 1) } {
                sstore(add(sums.slot, i), mload(add(add(added, 0x20), mul(i, 0x20))))
            }
        }
    }
}
