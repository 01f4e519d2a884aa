"""The kinds of identifiers that are searched for, and their words."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of identifier (45 CFR 164.514(b)(2)(i), the Safe Harbor list) that patterns can find."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    AGE = "age"
    DATE = "date"
    RECORD_NUMBER = "record_number"
    ACCESSION_NUMBER = "accession_number"
    SOCIAL_SECURITY_NUMBER = "social_security_number"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BENEFICIARY_NUMBER = "beneficiary_number"
    ACCOUNT_NUMBER = "account_number"
    LICENCE_NUMBER = "licence_number"
    VEHICLE_NUMBER = "vehicle_number"
    DEVICE_NUMBER = "device_number"
    WEB_ADDRESS = "web_address"
    IP_ADDRESS = "ip_address"


KINDS = {
    Kind.NAME: "a patient's name",
    Kind.BIRTH_DATE: "a date of birth",
    Kind.AGE: "an age over 89",
    Kind.DATE: "a date of a patient's care",
    Kind.RECORD_NUMBER: "a medical record number",
    Kind.ACCESSION_NUMBER: "an accession number",
    Kind.SOCIAL_SECURITY_NUMBER: "a social security number",
    Kind.PHONE: "a patient's telephone or fax number",
    Kind.EMAIL: "a patient's e-mail address",
    Kind.ADDRESS: "a patient's address",
    Kind.BENEFICIARY_NUMBER: "a health plan number",
    Kind.ACCOUNT_NUMBER: "an account number",
    Kind.LICENCE_NUMBER: "a licence or certificate number of a patient",
    Kind.VEHICLE_NUMBER: "a vehicle's number",
    Kind.DEVICE_NUMBER: "a number of an implant",
    Kind.WEB_ADDRESS: "a web address of a patient",
    Kind.IP_ADDRESS: "a patient's IP address",
}
"""What each is called in an answer."""
