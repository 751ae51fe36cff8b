package main

import (
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// plain is an answer as JSON takes it: of structures the fields that are set, which begin with a small letter as in the service model.
func plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		return plain(value.Elem())
	case reflect.Struct:
		if at, isTime := value.Interface().(time.Time); isTime {
			return at
		}
		return members(value)
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range value.MapKeys() {
			entries[key.String()] = plain(value.MapIndex(key))
		}
		return entries
	case reflect.Slice:
		elements := make([]any, value.Len())
		for i := range elements {
			elements[i] = plain(value.Index(i))
		}
		return elements
	default:
		return value.Interface()
	}
}

func members(value reflect.Value) map[string]any {
	found := map[string]any{}
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if !field.IsExported() || field.Name == "ResultMetadata" || value.Field(i).IsZero() {
			continue
		}
		found[strings.ToLower(field.Name[:1])+field.Name[1:]] = plain(value.Field(i))
	}
	return found
}

// tell names the type of the SDK's that an error is; an error of no such type is a fault of the walk.
func tell(output any, err error) (seen, error) {
	var thrown smithy.APIError
	if err == nil {
		return seen{Output: output}, nil
	}
	if !errors.As(err, &thrown) {
		return seen{}, err
	}
	if _, unmodelled := thrown.(*smithy.GenericAPIError); unmodelled {
		return seen{}, err
	}
	return seen{Error: &refusal{reflect.TypeOf(thrown).Elem().Name(), thrown.ErrorMessage()}}, nil
}
